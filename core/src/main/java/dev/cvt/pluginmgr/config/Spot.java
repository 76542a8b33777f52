package dev.cvt.pluginmgr.config;

import java.util.Comparator;

/**
 * A place in a file.
 *
 * @param rank of the file among those that are read together: problems are told in this order
 * @param file its name as the user gave it
 * @param line counted from 1
 * @param column counted from 1, in characters
 */
record Spot(int rank, String file, int line, int column) implements Comparable<Spot> {
  /** What stands in no file. */
  static final Spot NONE = new Spot(0, "", 0, 0);

  private static final Comparator<Spot> READING_ORDER =
      Comparator.comparingInt(Spot::rank)
          .thenComparingInt(Spot::line)
          .thenComparingInt(Spot::column);

  /** {@code file:line:column}, or nothing for {@link #NONE}. */
  String where() {
    return file.isEmpty() ? "" : file + ":" + line + ":" + column;
  }

  @Override
  public int compareTo(Spot other) {
    return READING_ORDER.compare(this, other);
  }
}
