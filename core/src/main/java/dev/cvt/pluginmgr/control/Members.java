package dev.cvt.pluginmgr.control;

import dev.cvt.pluginmgr.state.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The members of a JSON object by name, as their reader wants them; others may be there. */
record Members(Map<String, Json> all) {

  /** It is not what was expected: the other side is of another version, or no manager at all. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    Unfit(String what) {
      super(what);
    }
  }

  static Members of(Json json) throws Unfit {
    if (!(json instanceof Json.Obj(List<Json.Member> members))) {
      throw new Unfit("it is " + json.kind() + ", not an object");
    }
    var all = new LinkedHashMap<String, Json>();
    members.forEach(member -> all.put(member.name(), member.value()));
    return new Members(all);
  }

  boolean has(String name) {
    return all.containsKey(name);
  }

  String text(String name) throws Unfit {
    return maybeText(name).orElseThrow(() -> missing(name));
  }

  Optional<String> maybeText(String name) {
    return all.get(name) instanceof Json.Str(String text) ? Optional.of(text) : Optional.empty();
  }

  boolean flag(String name) {
    return all.get(name) instanceof Json.Bool(boolean value) && value;
  }

  long number(String name) throws Unfit {
    return maybeNumber(name).orElseThrow(() -> missing(name));
  }

  OptionalLong maybeNumber(String name) {
    try {
      return all.get(name) instanceof Json.Num(String text)
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  Instant time(String name) throws Unfit {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw missing(name);
    }
  }

  List<String> texts(String name) throws Unfit {
    var texts = new ArrayList<String>();
    for (Json item : list(name)) {
      if (!(item instanceof Json.Str(String text))) {
        throw missing(name);
      }
      texts.add(text);
    }
    return texts;
  }

  List<Json> list(String name) throws Unfit {
    if (!(all.get(name) instanceof Json.Arr(List<Json> items))) {
      throw missing(name);
    }
    return items;
  }

  Optional<Members> object(String name) throws Unfit {
    Json json = all.get(name);
    return json == null || json instanceof Json.Null ? Optional.empty() : Optional.of(of(json));
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) throws Unfit {
    try {
      return Enum.valueOf(type, text(name));
    } catch (IllegalArgumentException e) {
      throw new Unfit("\"" + name + "\" is " + text(name) + ", which this version does not know");
    }
  }

  private static Unfit missing(String name) {
    return new Unfit("it has no fit \"" + name + "\"");
  }

  /** Puts an object together. */
  static final class Writer {
    private final List<Json.Member> members = new ArrayList<>();

    Writer put(String name, Json value) {
      members.add(new Json.Member(name, value));
      return this;
    }

    Writer put(String name, String value) {
      return put(name, new Json.Str(value));
    }

    Writer put(String name, long value) {
      return put(name, new Json.Num(Long.toString(value)));
    }

    Writer put(String name, boolean value) {
      return put(name, new Json.Bool(value));
    }

    Writer put(String name, List<String> values) {
      return put(name, new Json.Arr(values.stream().<Json>map(Json.Str::new).toList()));
    }

    Json end() {
      return new Json.Obj(members);
    }
  }
}
