package dev.cvt.pluginmgr.state;

import java.util.List;

/** A piece of JSON. Numbers stay the text that they were. */
public sealed interface Json {

  /** {@code null}. */
  record Null() implements Json {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Json {}

  /** A number, as written. */
  record Num(String text) implements Json {}

  /** A string. */
  record Str(String value) implements Json {}

  /** A list. */
  record Arr(List<Json> items) implements Json {

    public Arr {
      items = List.copyOf(items);
    }
  }

  /** An object; its members in the order of the text, no name twice. */
  record Obj(List<Member> members) implements Json {

    public Obj {
      members = List.copyOf(members);
    }
  }

  /** One member of an object. */
  record Member(String name, Json value) {}

  /** What it is, for people: "a string", "an object". */
  default String kind() {
    return switch (this) {
      case Null _ -> "null";
      case Bool _ -> "true or false";
      case Num _ -> "a number";
      case Str _ -> "a string";
      case Arr _ -> "a list";
      case Obj _ -> "an object";
    };
  }
}
