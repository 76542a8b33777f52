package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.config.Node.Entry;
import dev.cvt.pluginmgr.config.Node.Items;
import dev.cvt.pluginmgr.config.Node.Scalar;
import dev.cvt.pluginmgr.config.Node.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A map of a file, seen as something with known keys. Whatever does not fit becomes a problem, and
 * is then as if it were not there; so is a key without a value.
 *
 * <p>No message shows a value that may be a secret: only those of keys whose values are shown on
 * purpose, by their own parsers.
 */
final class Fields {
  static final String A_VALUE = "a single value";
  static final String WRITE_A_VALUE = "write one text or number, with special characters in quotes";

  private final Map<String, Node> values = new LinkedHashMap<>();
  private final KeyPath path;
  private final Problems problems;

  /**
   * @param known names of the keys
   * @param elsewhere keys that belong to the other file, and what to do about one that is here
   */
  Fields(
      Table table,
      KeyPath path,
      List<String> known,
      Map<String, String> elsewhere,
      Problems problems) {
    this.path = path;
    this.problems = problems;
    for (var entry : table.entries()) {
      var key = entry.key();
      if (key.isNull()) {
        continue; // told when the tree was made
      }
      if (known.contains(key.text())) {
        values.put(key.text(), entry.value());
      } else {
        problems.error(
            key.spot(),
            path.then(key.text()),
            "there is no such key",
            Optional.ofNullable(elsewhere.get(key.text()))
                .orElseGet(() -> advice(key.text(), known)));
      }
    }
  }

  /** No guess for what nobody will be told. */
  private String advice(String key, List<String> known) {
    return problems.isFull() ? "take it out" : Nearest.advice(key, known, "take it out");
  }

  /** The value of a key if it has one. */
  private Optional<Node> get(String key) {
    var node = values.get(key);
    return node == null || (node instanceof Scalar scalar && scalar.isNull())
        ? Optional.empty()
        : Optional.of(node);
  }

  /** Reads a single value. True if it is not there, or was read. */
  boolean scalar(String key, BiConsumer<Scalar, KeyPath> reader) {
    var node = get(key);
    if (node.isEmpty()) {
      return true;
    }
    if (node.get() instanceof Scalar scalar) {
      reader.accept(scalar, path.then(key));
      return true;
    }
    expected(A_VALUE, WRITE_A_VALUE, node.get(), path.then(key));
    return false;
  }

  /** Reads a map. True if it is not there, or was read. */
  boolean table(String key, BiConsumer<Table, KeyPath> reader) {
    var node = get(key);
    if (node.isEmpty()) {
      return true;
    }
    if (node.get() instanceof Table table) {
      reader.accept(table, path.then(key));
      return true;
    }
    expected("a map", "indent its keys under this one", node.get(), path.then(key));
    return false;
  }

  /** Reads the items of a list. */
  void items(String key, BiConsumer<Items, KeyPath> reader) {
    get(key)
        .ifPresent(
            node -> {
              if (node instanceof Items items) {
                reader.accept(items, path.then(key));
              } else {
                expected(
                    "a list",
                    "write [a, b], or each item on a line of its own after a dash",
                    node,
                    path.then(key));
              }
            });
  }

  /** Reads a list of texts, each with its place in it. */
  void texts(String key, BiConsumer<Integer, Placed<String>> reader) {
    items(
        key,
        (list, listPath) -> {
          for (var i = 0; i < list.items().size(); i++) {
            if (list.items().get(i) instanceof Scalar scalar && !scalar.isNull()) {
              reader.accept(i, new Placed<>(scalar.text(), scalar.spot()));
            } else {
              expected(A_VALUE, WRITE_A_VALUE, list.items().get(i), listPath.item(i));
            }
          }
        });
  }

  /**
   * Reads a map from any keys to texts; no value is the empty text.
   *
   * @param broken told of each key that has something else than a text
   */
  boolean textsByKey(
      String key, BiConsumer<Scalar, Placed<String>> reader, Consumer<String> broken) {
    return table(
        key,
        (table, tablePath) -> {
          for (var entry : namedEntries(table)) {
            if (entry.value() instanceof Scalar scalar) {
              var text = scalar.isNull() ? "" : scalar.text();
              reader.accept(entry.key(), new Placed<>(text, scalar.spot()));
            } else {
              expected(A_VALUE, WRITE_A_VALUE, entry.value(), tablePath.then(entry.key().text()));
              broken.accept(entry.key().text());
            }
          }
        });
  }

  /** Those entries that have a key. */
  static List<Entry> namedEntries(Table table) {
    var named = new ArrayList<>(table.entries());
    named.removeIf(entry -> entry.key().isNull());
    return named;
  }

  private void expected(String noun, String remedy, Node found, KeyPath at) {
    problems.error(
        found.spot(),
        at,
        "%s is needed here, and this is %s".formatted(noun, found.noun()),
        remedy);
  }
}
