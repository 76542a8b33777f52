package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.Fields.Field;
import dev.cvt.goplugin.channel.FrameReader.Broken;

/**
 * Fields by their numbers: the 61 that both sides know from the start (RFC 7541, appendix A), and
 * after them those that the other side has had remembered, the newest first. For one thread.
 */
final class FieldTable {
  private static final String[] NAMES_AND_VALUES = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", ""
  };

  private static final Field[] KNOWN = known();

  private final Field[] remembered = new Field[Http2.FIRST_TABLE / Field.OVERHEAD];
  private int newest;
  private int count;
  private int size;
  private int limit = Http2.FIRST_TABLE;

  private static Field[] known() {
    var fields = new Field[NAMES_AND_VALUES.length / 2];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new Field(NAMES_AND_VALUES[2 * i], NAMES_AND_VALUES[2 * i + 1]);
    }
    return fields;
  }

  /** The field of that number, counted from 1. */
  Field get(int number) throws Broken {
    if (number > 0 && number <= KNOWN.length) {
      return KNOWN[number - 1];
    }
    int back = number - KNOWN.length - 1;
    if (back < 0 || back >= count) {
      throw new Broken("headers that name field " + number + ", which nobody has sent");
    }
    return remembered[Math.floorMod(newest - back, remembered.length)];
  }

  /** Remembers one more, for which the oldest make room; one that has no room empties the table. */
  void add(Field field) {
    forget(limit - field.size());
    if (field.size() <= limit) {
      newest = (newest + 1) % remembered.length;
      remembered[newest] = field;
      count++;
      size += field.size();
    }
  }

  /** From now on it holds no more than this. */
  void limit(int most) throws Broken {
    if (most > Http2.FIRST_TABLE) {
      throw new Broken("a table of headers that is larger than was offered");
    }
    limit = most;
    forget(most);
  }

  private void forget(int until) {
    while (count > 0 && size > until) {
      int oldest = Math.floorMod(newest - count + 1, remembered.length);
      size -= remembered[oldest].size();
      count--;
    }
  }
}
