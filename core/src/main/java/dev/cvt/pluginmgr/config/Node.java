package dev.cvt.pluginmgr.config;

import java.util.List;

/** A YAML document as far as a config needs it: every scalar is the text that was written. */
sealed interface Node {
  /** Where it begins. */
  Spot spot();

  /** The same content, said to stand elsewhere: where an alias repeats it. */
  Node at(Spot spot);

  /** What it is, with its article, for messages that say what it should be. */
  String noun();

  /**
   * One value.
   *
   * @param text as written, quotes and escapes resolved
   * @param plain whether it had no quotes, so that {@code ~} means nothing
   */
  record Scalar(Spot spot, String text, boolean plain) implements Node {
    /** Whether it stands for no value: as Go's parser reads it, in any schema. */
    boolean isNull() {
      return plain
          && switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
          };
    }

    @Override
    public Scalar at(Spot elsewhere) {
      return new Scalar(elsewhere, text, plain);
    }

    @Override
    public String noun() {
      return isNull() ? "nothing" : "a single value";
    }

    /** Never the text: it may be a secret. */
    @Override
    public String toString() {
      return "Scalar[" + spot.where() + "]";
    }
  }

  /**
   * A map. Its keys differ.
   *
   * @param entries in the order of the file; those that were merged into it last
   */
  record Table(Spot spot, List<Entry> entries) implements Node {
    public Table {
      entries = List.copyOf(entries);
    }

    @Override
    public Table at(Spot elsewhere) {
      return new Table(elsewhere, entries);
    }

    @Override
    public String noun() {
      return "a map";
    }
  }

  /** A key and its value. */
  record Entry(Scalar key, Node value) {}

  /** A list. */
  record Items(Spot spot, List<Node> items) implements Node {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public Items at(Spot elsewhere) {
      return new Items(elsewhere, items);
    }

    @Override
    public String noun() {
      return "a list";
    }
  }
}
