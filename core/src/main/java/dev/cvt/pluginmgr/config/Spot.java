package dev.cvt.pluginmgr.config;

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

  /** {@code file:line:column}, or nothing for {@link #NONE}. */
  String where() {
    return file.isEmpty() ? "" : file + ":" + line + ":" + column;
  }

  /** In reading order. The JDK's comparators are in no start-up cache: each is 1 to 4 ms. */
  @Override
  public int compareTo(Spot other) {
    int order = Integer.compare(rank, other.rank);
    order = order == 0 ? Integer.compare(line, other.line) : order;
    return order == 0 ? Integer.compare(column, other.column) : order;
  }
}
