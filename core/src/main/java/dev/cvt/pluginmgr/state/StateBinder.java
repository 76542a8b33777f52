package dev.cvt.pluginmgr.state;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import dev.cvt.pluginmgr.state.StateDocument.Plugin;
import dev.cvt.pluginmgr.state.StateDocument.Unreadable;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * From the tree to the document. Takes what Go's decoder takes: keys in any case, {@code null} for
 * "absent", absent for zero; but never one key twice, of which Go silently takes the last.
 */
final class StateBinder {

  private static final String RESTORE =
      "restore it from a backup, or delete it and install the plugins again";

  private StateBinder() {}

  static StateDocument bind(byte[] utf8) throws Unreadable {
    if (utf8.length == 0) {
      throw new Unreadable("", "is empty", RESTORE, null);
    }
    try {
      return bind(JsonReader.read(utf8));
    } catch (JsonReader.Malformed e) {
      throw new Unreadable(
          ":" + e.line() + ":" + e.column(), "cannot be read: " + e.getMessage(), RESTORE, e);
    }
  }

  static StateDocument bind(Json tree) throws Unreadable {
    var fields = new Fields(object(tree, "the whole"), List.of("version", "plugins"), "");
    checkVersion(fields.get("version"));
    var plugins = new TreeMap<String, Plugin>(Utf8Order.INSTANCE);
    for (var member : object(fields.get("plugins"), "plugins")) {
      plugins.put(member.name(), plugin(member));
    }
    return new StateDocument(plugins, fields.others);
  }

  private static void checkVersion(Json version) throws Unreadable {
    switch (version) {
      case Json.Null _ -> {}
      case Json.Num(String text)
          when text.equals("0") || text.equals("1") || text.equals("-0") -> {}
      case Json.Num(String text) ->
          throw new Unreadable(
              "",
              "has version " + text + ", and this program reads version " + Snapshot.VERSION,
              "use the program that wrote it, or a newer version of this one",
              null);
      default -> throw wrong("version", "a number", version);
    }
  }

  private static Plugin plugin(Json.Member member) throws Unreadable {
    var where = "plugins." + JsonReader.shown(member.name());
    var fields =
        new Fields(
            object(member.value(), where),
            List.of("binary_path", "sha256", "installed_at"),
            where + ".");
    return new Plugin(
        new Entry(
            string(fields.get("binary_path"), where + ".binary_path"),
            string(fields.get("sha256"), where + ".sha256"),
            time(fields.get("installed_at"), where + ".installed_at")),
        fields.others);
  }

  private static List<Json.Member> object(Json value, String where) throws Unreadable {
    return switch (value) {
      case Json.Obj(var members) -> members;
      case Json.Null _ -> List.of();
      default -> throw wrong(where, "an object", value);
    };
  }

  private static String string(Json value, String where) throws Unreadable {
    return switch (value) {
      case Json.Str(String text) -> text;
      case Json.Null _ -> "";
      default -> throw wrong(where, "a string", value);
    };
  }

  private static OffsetDateTime time(Json value, String where) throws Unreadable {
    if (value instanceof Json.Null) {
      return GoTime.ZERO;
    }
    var text = string(value, where);
    var time = GoTime.parse(text);
    if (time.isEmpty()) {
      throw new Unreadable(
          "",
          "cannot be read: %s must be a time such as 2026-04-17T19:00:00Z, found \"%s\""
              .formatted(where, JsonReader.shown(text)),
          RESTORE,
          null);
    }
    return time.get();
  }

  private static Unreadable wrong(String where, String expected, Json found) {
    return new Unreadable(
        "",
        "cannot be read: %s must be %s, found %s".formatted(where, expected, found.kind()),
        RESTORE,
        null);
  }

  /** The members of an object, those with known names told from the others. */
  private static final class Fields {

    private final List<String> known;
    private final Json[] values;
    private final List<Json.Member> others = new ArrayList<>();

    Fields(List<Json.Member> members, List<String> known, String prefix) throws Unreadable {
      this.known = known;
      this.values = new Json[known.size()];
      Arrays.fill(values, new Json.Null());
      var seen = new boolean[known.size()];
      for (var member : members) {
        int i = indexOf(member.name());
        if (i < 0) {
          others.add(member);
        } else if (seen[i]) {
          throw new Unreadable(
              "",
              "cannot be read: the key \"%s%s\" stands there twice, in different case"
                  .formatted(prefix, known.get(i)),
              RESTORE,
              null);
        } else {
          seen[i] = true;
          values[i] = member.value();
        }
      }
    }

    Json get(String name) {
      return values[known.indexOf(name)];
    }

    private int indexOf(String name) {
      for (int i = 0; i < known.size(); i++) {
        if (known.get(i).equalsIgnoreCase(name)) {
          return i;
        }
      }
      return -1;
    }
  }
}
