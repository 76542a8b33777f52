package dev.cvt.goplugin.channel;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Frames on their way out, being gathered, and what the other side remembers of earlier headers
 * (RFC 7541): a field that was sent once is a single byte from then on, so that the headers of a
 * call are some 20 bytes. Not thread-safe.
 */
final class RequestWriter {
  /** Places in the table that both sides have from the start. */
  private static final int PATH = 4;

  private static final int AUTHORITY = 1;
  private static final int CONTENT_TYPE = 31;
  private static final int USER_AGENT = 58;
  private static final int NO_NAME = 0;
  private static final int STATIC_ENTRIES = 61;

  /** What an entry counts for besides its text. */
  private static final int ENTRY_OVERHEAD = 32;

  private static final byte EMPTY_TABLE = 0x20;
  private static final byte POST = (byte) 0x83;
  private static final byte HTTP = (byte) 0x86;
  private static final int KEPT = 64 * 1024;

  /** The length of a message, and that it is not compressed. */
  static final int MESSAGE_HEADER = 5;

  private final Map<String, Integer> remembered = new HashMap<>();

  /** Apart, since a method may be called like the value of another field. */
  private final Map<String, Integer> paths = new HashMap<>();

  private boolean mayRemember = true;
  private boolean mustForget;
  private int entries;
  private int tableSize;
  private byte[] bytes = new byte[1024];
  private int length;

  int length() {
    return length;
  }

  /** Hands over what was gathered, and goes on with other bytes. */
  byte[] take(byte[] next) {
    byte[] taken = bytes;
    bytes = next.length <= KEPT ? next : new byte[1024];
    length = 0;
    return taken;
  }

  /** Takes back what came after the first so many bytes. */
  void cut(int before) {
    length = before;
  }

  /** The other side keeps a table of this size; one that is smaller than usual is not used. */
  void table(long size) {
    if (size < Http2.FIRST_TABLE) {
      mayRemember = false;
      mustForget = true;
      remembered.clear();
      paths.clear();
    }
  }

  /** The headers of a call, on a stream that they open. */
  void headers(int stream, String method, String authority, byte[][] fields) {
    int begin = begin();
    room(3);
    if (mustForget) {
      bytes[length++] = EMPTY_TABLE;
      mustForget = false;
    }
    bytes[length++] = POST;
    bytes[length++] = HTTP;
    field(paths, PATH, ":path", "/", method);
    field(remembered, AUTHORITY, ":authority", "", authority);
    field(remembered, NO_NAME, "te", "", "trailers");
    field(remembered, CONTENT_TYPE, "content-type", "", "application/grpc");
    field(remembered, USER_AGENT, "user-agent", "", "grpc-java-goplugin");
    for (int i = 0; i + 1 < fields.length; i += 2) {
      passing(fields[i], fields[i + 1]);
    }
    end(begin, Http2.HEADERS, Http2.END_HEADERS, stream);
  }

  /**
   * A message.
   *
   * @param isLast whether the stream ends with it on this side
   */
  void message(int stream, MessageLite message, int size, boolean isLast) {
    int begin = begin();
    room(MESSAGE_HEADER + size);
    bytes[length++] = 0;
    number(size);
    try {
      var out = CodedOutputStream.newInstance(bytes, length, size);
      message.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("a message is not as long as it said", e);
    }
    length += size;
    end(begin, Http2.DATA, isLast ? Http2.END_STREAM : 0, stream);
  }

  /** Ends a stream on this side. */
  void end(int stream) {
    end(begin(), Http2.DATA, Http2.END_STREAM, stream);
  }

  /** A frame of whole numbers. */
  void numbers(int type, int stream, int... numbers) {
    int begin = begin();
    for (int number : numbers) {
      room(4);
      number(number);
    }
    end(begin, type, 0, stream);
  }

  /** A frame of these bytes. */
  void raw(int type, int flags, byte[] payload) {
    int begin = begin();
    plain(payload);
    end(begin, type, flags, 0);
  }

  /** Settings: pairs of a name and a value. */
  void settings(int... pairs) {
    int begin = begin();
    for (int i = 0; i < pairs.length; i += 2) {
      room(6);
      bytes[length++] = (byte) (pairs[i] >> 8);
      bytes[length++] = (byte) pairs[i];
      number(pairs[i + 1]);
    }
    end(begin, Http2.SETTINGS, 0, 0);
  }

  /** Bytes that are no frame. */
  void plain(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private int begin() {
    room(Http2.FRAME_HEADER);
    length += Http2.FRAME_HEADER;
    return length;
  }

  private void end(int begin, int type, int flags, int stream) {
    int size = length - begin;
    int now = length;
    length = begin - Http2.FRAME_HEADER;
    bytes[length++] = (byte) (size >> 16);
    bytes[length++] = (byte) (size >> 8);
    bytes[length++] = (byte) size;
    bytes[length++] = (byte) type;
    bytes[length++] = (byte) flags;
    number(stream);
    length = now;
  }

  private void number(int value) {
    bytes[length++] = (byte) (value >> 24);
    bytes[length++] = (byte) (value >> 16);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  /** A field that is the same in many calls. */
  private void field(
      Map<String, Integer> known, int nameIndex, String name, String before, String value) {
    // Of one name several values are used, if at all, as of paths: the value tells them apart.
    Integer entry = known.get(value);
    if (entry != null) {
      integer(0x80, 7, index(entry));
      return;
    }
    int size = name.length() + before.length() + value.length() + ENTRY_OVERHEAD;
    boolean remember = mayRemember && tableSize + size <= Http2.FIRST_TABLE;
    integer(remember ? 0x40 : 0, remember ? 6 : 4, nameIndex);
    if (nameIndex == NO_NAME) {
      text(name.getBytes(StandardCharsets.US_ASCII));
    }
    text((before + value).getBytes(StandardCharsets.UTF_8));
    if (remember) {
      known.put(value, ++entries);
      tableSize += size;
    }
  }

  /** A field whose value is another in each call, such as the time that is left. */
  private void passing(byte[] name, byte[] value) {
    integer(0, 4, NO_NAME);
    text(name);
    text(value);
  }

  /** The newest entry is the first after those that are always there. */
  private int index(int entry) {
    return STATIC_ENTRIES + 1 + entries - entry;
  }

  private void text(byte[] value) {
    integer(0, 7, value.length);
    plain(value);
  }

  private void integer(int pattern, int bits, int value) {
    room(6);
    int most = (1 << bits) - 1;
    if (value < most) {
      bytes[length++] = (byte) (pattern | value);
      return;
    }
    bytes[length++] = (byte) (pattern | most);
    int rest = value - most;
    while (rest >= 0x80) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
