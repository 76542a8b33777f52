package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.config.Node.Entry;
import dev.cvt.pluginmgr.config.Node.Items;
import dev.cvt.pluginmgr.config.Node.Scalar;
import dev.cvt.pluginmgr.config.Node.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Makes a tree of a YAML text, from the parser's events: aliases share what they repeat, {@code <<}
 * merges as CVT's parser does it, and the first thing that is not YAML ends it. Texts come out as
 * written, whatever type a schema would see in them.
 */
final class YamlTree {
  /** A config is four deep. */
  static final int DEEPEST = 32;

  /** Scalars, maps and lists in all, those that an alias repeats counted again. */
  static final int MOST_NODES = 100_000;

  /** What aliases may repeat, in chars; what is written once is bounded by the file's own size. */
  static final int MOST_REPEATED = 8 << 20;

  private static final String TAG = "tag:yaml.org,2002:";

  private final String file;
  private final int rank;
  private final Problems problems;
  private final StreamReader reader;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private int nodes;

  /** Of all texts so far, in chars, those that aliases repeat counted again. */
  private long length;

  /** A node that can be repeated, how many nodes it comes to, and how many chars of text. */
  private record Anchored(Node node, int size, long length) {}

  /** What cannot be read any further. Never leaves this class. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Spot spot;
    private final transient Wrong wrong;

    Stop(Spot spot, Wrong wrong) {
      super(wrong.what(), null, false, false);
      this.spot = spot;
      this.wrong = wrong;
    }

    Stop(Spot spot, String what, String remedy) {
      this(spot, new Wrong(what, remedy));
    }
  }

  private YamlTree(String text, String file, int rank, Problems problems) {
    this.file = file;
    this.rank = rank;
    this.problems = problems;
    var settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setCodePointLimit(BoundedText.LARGEST + 1)
            .build();
    this.reader = new StreamReader(settings, text);
    this.events = new ParserImpl(settings, reader);
  }

  /** The document; nothing if there is none, or, with a problem, if it cannot be read. */
  static Optional<Node> of(String text, String file, int rank, Problems problems) {
    var tree = new YamlTree(text, file, rank, problems);
    try {
      return tree.document();
    } catch (Stop e) {
      problems.error(e.spot, KeyPath.TOP, e.wrong);
    } catch (YamlEngineException e) {
      var found = NotYaml.of(e);
      problems.error(
          new Spot(rank, file, found.line(), found.column()), KeyPath.TOP, found.wrong());
    }
    return Optional.empty();
  }

  /**
   * The next event. What the parser throws besides its own exceptions is a mistake of its own, over
   * an escape that is cut short for one; it must not be the user's.
   */
  private Event next() {
    try {
      return events.next();
    } catch (YamlEngineException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Stop(
          new Spot(rank, file, reader.getLine() + 1, reader.getColumn() + 1),
          e instanceof NumberFormatException ? NotYaml.CUT_SHORT : NotYaml.GENERAL);
    }
  }

  private Optional<Node> document() {
    next(); // stream start
    if (next().getEventId() == Event.ID.StreamEnd) {
      return Optional.empty();
    }
    var node = node(next(), KeyPath.TOP, 0);
    next(); // document end
    var after = next();
    if (after.getEventId() != Event.ID.StreamEnd) {
      throw new Stop(
          spot(after),
          "a second document begins here",
          "keep one document: take out the --- and what does not belong to it");
    }
    return Optional.of(node);
  }

  private Spot spot(Event event) {
    return event.getStartMark().map(this::spot).orElseGet(() -> new Spot(rank, file, 1, 1));
  }

  private Spot spot(Mark mark) {
    return new Spot(rank, file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Node node(Event event, KeyPath path, int depth) {
    var before = nodes;
    var lengthBefore = length;
    count(1, spot(event));
    if (depth > DEEPEST) {
      throw new Stop(
          spot(event),
          "maps and lists are nested more than %d deep".formatted(DEEPEST),
          "take out what is no config");
    }
    var node =
        switch (event) {
          case AliasEvent alias -> repeated(alias);
          case ScalarEvent scalar -> scalar(scalar);
          case SequenceStartEvent list -> items(list, path, depth);
          case MappingStartEvent map -> table(map, path, depth);
          default -> throw new IllegalStateException("no node begins with " + event.getEventId());
        };
    // An anchor holds from the end of its node, so that nothing can contain itself.
    if (!(event instanceof AliasEvent) && event instanceof NodeEvent anchor) {
      anchor
          .getAnchor()
          .ifPresent(
              name ->
                  anchors.put(
                      name.getValue(), new Anchored(node, nodes - before, length - lengthBefore)));
    }
    return node;
  }

  private void count(int more, Spot spot) {
    nodes += more;
    if (nodes > MOST_NODES) {
      throw new Stop(
          spot,
          "the file has more than %d keys and values, repeated ones counted".formatted(MOST_NODES),
          "take out what is no config");
    }
  }

  /** The name is not told: it may be a value that begins with {@code *} and lacks its quotes. */
  private Node repeated(AliasEvent alias) {
    var anchored = anchors.get(alias.getAlias().getValue());
    if (anchored == null) {
      throw new Stop(
          spot(alias),
          "an unquoted * repeats what an & has marked before, and nothing is marked so",
          "put a text that begins with * in quotes");
    }
    count(anchored.size(), spot(alias));
    length += anchored.length();
    if (length > MOST_REPEATED) {
      throw new Stop(
          spot(alias),
          "aliases repeat texts that come to more than %d characters".formatted(MOST_REPEATED),
          "take out what is no config");
    }
    return anchored.node().at(spot(alias));
  }

  private Scalar scalar(ScalarEvent event) {
    var text = event.getValue();
    length += text.length();
    var untagged = event.getTag().filter(tag -> !tag.equals("!")).isEmpty(); // as to Go
    checkTag(event.getTag(), "str", spot(event));
    return new Scalar(spot(event), text, event.isPlain() && untagged);
  }

  /** The tag is not told: it may be a value that begins with {@code !} and lacks its quotes. */
  private void checkTag(Optional<String> tag, String own, Spot spot) {
    if (tag.isPresent() && !tag.get().equals("!") && !tag.get().equals(TAG + own)) {
      throw new Stop(
          spot,
          "an unquoted ! begins a tag, and a config has no use for this one",
          "take the tag out, or put a text that begins with ! in quotes");
    }
  }

  private Items items(SequenceStartEvent start, KeyPath path, int depth) {
    checkTag(start.getTag(), "seq", spot(start));
    var items = new ArrayList<Node>();
    for (var event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      items.add(node(event, path.item(items.size()), depth + 1));
    }
    return new Items(spot(start), items);
  }

  private Table table(MappingStartEvent start, KeyPath path, int depth) {
    checkTag(start.getTag(), "map", spot(start));
    var entries = new LinkedHashMap<String, Entry>();
    Optional<Node> merged = Optional.empty();
    for (var event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      var key = key(event, path, depth);
      var keyPath = path.then(key.text());
      var value = node(next(), keyPath, depth + 1);
      if (key.plain() && key.text().equals("<<") && merged.isEmpty()) {
        merged = Optional.of(value);
        continue;
      }
      var first = entries.putIfAbsent(key.text(), new Entry(key, value));
      if (first != null || (key.plain() && key.text().equals("<<"))) {
        tellTwice(key, keyPath, first);
      }
    }
    merged.ifPresent(node -> merge(node, entries, path));
    return new Table(spot(start), List.copyOf(entries.values()));
  }

  private void tellTwice(Scalar key, KeyPath path, @org.jspecify.annotations.Nullable Entry first) {
    problems.error(
        key.spot(),
        path,
        first == null
            ? "the key is here a second time"
            : "the key is here a second time, after line " + first.key().spot().line(),
        "keep one of them");
  }

  private Scalar key(Event event, KeyPath path, int depth) {
    if (node(event, path, depth + 1) instanceof Scalar key) {
      if (key.isNull()) {
        problems.error(key.spot(), path, "a key is missing before the colon", "write the key");
      }
      return key;
    }
    throw new Stop(spot(event), "a map or list stands where a key is needed", "use a text as key");
  }

  /** Keys that are said win over merged ones, and those merged first over those merged later. */
  private void merge(Node source, Map<String, Entry> entries, KeyPath path) {
    switch (source) {
      case Table table ->
          table.entries().forEach(entry -> entries.putIfAbsent(entry.key().text(), entry));
      case Items list when list.items().stream().allMatch(Table.class::isInstance) ->
          list.items().forEach(item -> merge(item, entries, path));
      case Items _, Scalar _ ->
          problems.error(
              source.spot(),
              path.then("<<"),
              "<< is followed by " + source.noun() + ", and merges maps only",
              "repeat a map there, as in <<: *name");
    }
  }
}
