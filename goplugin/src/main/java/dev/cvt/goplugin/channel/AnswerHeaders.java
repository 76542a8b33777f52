package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.Fields.Field;
import dev.cvt.goplugin.channel.FrameReader.Broken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of headers (RFC 7541). Blocks that come again and again, as those of every good
 * answer do, are read once: where each field is named by its place in the table alone, the same
 * bytes mean the same until the table changes. For one thread at a time.
 */
final class AnswerHeaders {
  /**
   * In bytes. The words of a failure are a header as well, and what plugins in Go hand on in them
   * can be long; past this the code is lost with them.
   */
  static final int MOST = 64 * 1024;

  private static final int REMEMBERED = 4;

  // How a field begins: its first bits, and how many others hold the first number.
  private static final int BY_NUMBER = 0x80;
  private static final int BY_NUMBER_BITS = 7;
  private static final int TO_REMEMBER = 0x40;
  private static final int TO_REMEMBER_BITS = 6;
  private static final int TABLE_LIMIT = 0x20;
  private static final int TABLE_LIMIT_BITS = 5;
  private static final int PASSING_BITS = 4;

  /** Of a text: it is in {@link Huffman}'s code. */
  private static final int CODED = 0x80;

  /** A number that needs more bits is more than any of these can be. */
  private static final int NUMBER_BITS = 28;

  private final FieldTable table = new FieldTable();
  private final long[] blocks = new long[REMEMBERED];
  private final @Nullable Fields[] meanings = new Fields[REMEMBERED];
  private int next;

  /** The fields of a block; null if they are too long, which harms no other block. */
  @Nullable Fields read(ByteBuffer block) throws Broken {
    long key = key(block);
    if (key == 0) {
      Arrays.fill(blocks, 0); // it may change the table
      return decode(block);
    }
    for (int i = 0; i < REMEMBERED; i++) {
      Fields known = meanings[i];
      if (blocks[i] == key && known != null) {
        return known;
      }
    }
    Fields read = decode(block);
    if (read == null) {
      return null;
    }
    blocks[next] = key;
    meanings[next] = read;
    next = (next + 1) % REMEMBERED;
    return read;
  }

  /** The whole block as a number, if it is short and names every field by its place; else 0. */
  private static long key(ByteBuffer block) {
    if (block.remaining() > Long.BYTES) {
      return 0;
    }
    long key = 0;
    for (int i = block.position(); i < block.limit(); i++) {
      int field = block.get(i) & 0xFF;
      if (field <= 0x80 || field == 0xFF) {
        return 0;
      }
      key = key << 8 | field;
    }
    return key;
  }

  /** Reads all of the block, whatever its length, so that the table is as it should be. */
  private @Nullable Fields decode(ByteBuffer block) throws Broken {
    var fields = new ArrayList<Field>();
    int size = 0;
    while (block.hasRemaining()) {
      int kind = block.get() & 0xFF;
      if ((kind & (BY_NUMBER | TO_REMEMBER | TABLE_LIMIT)) == TABLE_LIMIT) {
        if (!fields.isEmpty()) {
          throw new Broken("headers that change their table in the middle");
        }
        table.limit(number(block, kind, TABLE_LIMIT_BITS));
        continue;
      }
      var field = field(block, kind);
      size += field.size();
      if (size <= MOST) {
        fields.add(field);
      }
    }
    return size <= MOST ? new Fields(fields) : null;
  }

  private Field field(ByteBuffer block, int kind) throws Broken {
    if ((kind & BY_NUMBER) != 0) {
      return table.get(number(block, kind, BY_NUMBER_BITS));
    }
    boolean remember = (kind & TO_REMEMBER) != 0;
    int name = number(block, kind, remember ? TO_REMEMBER_BITS : PASSING_BITS);
    var field = new Field(name == 0 ? text(block) : table.get(name).name(), text(block));
    if (remember) {
      table.add(field);
    }
    return field;
  }

  private static String text(ByteBuffer block) throws Broken {
    int first = more(block);
    int length = number(block, first, Byte.SIZE - 1);
    if (length > block.remaining()) {
      throw new Broken("headers with a text that is longer than they are");
    }
    var bytes = block.slice(block.position(), length);
    block.position(block.position() + length);
    return (first & CODED) != 0
        ? Huffman.decode(bytes)
        : StandardCharsets.ISO_8859_1.decode(bytes).toString();
  }

  /** A number that begins in the last bits of a byte. */
  private static int number(ByteBuffer block, int first, int bits) throws Broken {
    int most = (1 << bits) - 1;
    int value = first & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift < NUMBER_BITS; shift += Byte.SIZE - 1) {
      int more = more(block);
      value += (more & 0x7F) << shift;
      if (more < 0x80) {
        return value;
      }
    }
    throw new Broken("headers with a number without end");
  }

  private static int more(ByteBuffer block) throws Broken {
    if (!block.hasRemaining()) {
      throw new Broken("headers that end in the middle of a field");
    }
    return block.get() & 0xFF;
  }
}
