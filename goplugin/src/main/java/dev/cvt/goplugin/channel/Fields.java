package dev.cvt.goplugin.channel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a block of headers, in their order. Immutable. */
record Fields(List<Field> all) {

  /** One of them. A value is bytes, each a character. */
  record Field(String name, String value) {
    /** What it counts for besides its text, in a table and in the length of a block (RFC 7541). */
    static final int OVERHEAD = 32;

    int size() {
      return name.length() + value.length() + OVERHEAD;
    }
  }

  Fields {
    all = List.copyOf(all);
  }

  /** The first value of that name; null if there is none. */
  @Nullable String get(String name) {
    for (var field : all) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }
}
