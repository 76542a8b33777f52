package dev.cvt.pluginmgr.state;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A state file's content, with whatever else stands in it: members that a newer version may have
 * added are carried through a change unharmed. Immutable.
 *
 * @param plugins by name, in the order of the file
 * @param others members beside {@code version} and {@code plugins}
 */
public record StateDocument(SortedMap<String, Plugin> plugins, List<Json.Member> others) {

  /**
   * One installed plugin.
   *
   * @param others members beside those that make the entry
   */
  public record Plugin(Entry entry, List<Json.Member> others) {

    public Plugin {
      others = List.copyOf(others);
    }
  }

  public StateDocument {
    var sorted = new TreeMap<String, Plugin>(Utf8Order.INSTANCE);
    sorted.putAll(plugins);
    plugins = Collections.unmodifiableSortedMap(sorted);
    others = List.copyOf(others);
  }

  /** No plugin. */
  public static StateDocument empty() {
    return new StateDocument(new TreeMap<>(), List.of());
  }

  /** A document of entries alone. */
  public static StateDocument of(Snapshot snapshot) {
    return empty().with(snapshot);
  }

  /**
   * Reads a state file's text.
   *
   * @throws Unreadable if it is none
   */
  public static StateDocument parse(byte[] utf8) throws Unreadable {
    return StateBinder.bind(utf8);
  }

  /**
   * Takes a state file's tree.
   *
   * @throws Unreadable if it is none
   */
  public static StateDocument of(Json tree) throws Unreadable {
    return StateBinder.bind(tree);
  }

  /** The entry of a plugin. */
  public Optional<Entry> entry(String name) {
    return Optional.ofNullable(plugins.get(name)).map(Plugin::entry);
  }

  /** This content for the world outside. */
  public Snapshot snapshot() {
    var entries = new TreeMap<String, Entry>(Utf8Order.INSTANCE);
    plugins.forEach((name, plugin) -> entries.put(name, plugin.entry()));
    return new Snapshot(Snapshot.VERSION, entries);
  }

  /** With an entry set. */
  public StateDocument with(String name, Entry entry) {
    var changed = new TreeMap<>(plugins);
    var known = changed.get(name);
    changed.put(name, new Plugin(entry, known == null ? List.of() : known.others()));
    return new StateDocument(changed, others);
  }

  /** Without a plugin. */
  public StateDocument without(String name) {
    var changed = new TreeMap<>(plugins);
    changed.remove(name);
    return new StateDocument(changed, others);
  }

  /** With these plugins and no others. */
  public StateDocument with(Snapshot snapshot) {
    var changed = new TreeMap<String, Plugin>(Utf8Order.INSTANCE);
    snapshot
        .plugins()
        .forEach(
            (name, entry) -> {
              var known = plugins.get(name);
              changed.put(name, new Plugin(entry, known == null ? List.of() : known.others()));
            });
    return new StateDocument(changed, others);
  }

  /** The text of the file. */
  public byte[] toJson() {
    return JsonWriter.write(tree());
  }

  /** The tree of the file. */
  public Json tree() {
    var members = new ArrayList<Json.Member>();
    members.add(new Json.Member("version", new Json.Num(Integer.toString(Snapshot.VERSION))));
    members.add(new Json.Member("plugins", pluginsJson()));
    members.addAll(others);
    return new Json.Obj(members);
  }

  private Json pluginsJson() {
    var members = new ArrayList<Json.Member>();
    plugins.forEach((name, plugin) -> members.add(new Json.Member(name, entryJson(plugin))));
    return new Json.Obj(members);
  }

  private static Json entryJson(Plugin plugin) {
    var entry = plugin.entry();
    var members = new ArrayList<Json.Member>();
    members.add(new Json.Member("binary_path", new Json.Str(entry.binaryPath())));
    members.add(new Json.Member("sha256", new Json.Str(entry.sha256())));
    members.add(new Json.Member("installed_at", new Json.Str(GoTime.format(entry.installedAt()))));
    members.addAll(plugin.others());
    return new Json.Obj(members);
  }

  /** The text is no state file of a version that this library reads. */
  public static final class Unreadable extends Exception {

    private static final long serialVersionUID = 1;

    private final String place;
    private final String remedy;

    Unreadable(String place, String what, String remedy, @Nullable Throwable cause) {
      super(what, cause);
      this.place = place;
      this.remedy = remedy;
    }

    /**
     * Where in the text, as {@code :LINE:COLUMN} to be put behind the file's name; may be empty.
     */
    public String place() {
      return place;
    }

    /** What to do about it. */
    public String remedy() {
      return remedy;
    }
  }
}
