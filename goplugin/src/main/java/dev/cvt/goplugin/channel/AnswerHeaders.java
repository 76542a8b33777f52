package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of headers, by Netty's decoder. Blocks that come again and again, as those of every
 * good answer do, are read once: where each field is named by its place in the table alone, the
 * same bytes mean the same until the table changes. For one thread.
 */
final class AnswerHeaders {
  /** In bytes, as gRPC has it for what is not said otherwise. */
  static final int MOST = 8192;

  private static final int REMEMBERED = 4;

  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, MOST);
  private final long[] blocks = new long[REMEMBERED];
  private final @Nullable Http2Headers[] meanings = new Http2Headers[REMEMBERED];
  private int next;

  /**
   * The fields of a block; null if they are too long, which harms no other block. They are shared:
   * nobody may change them.
   */
  @Nullable Http2Headers read(int stream, ByteBuffer block) throws Broken {
    long key = key(block);
    if (key == 0) {
      Arrays.fill(blocks, 0); // it may change the table
      return decode(stream, block);
    }
    for (int i = 0; i < REMEMBERED; i++) {
      Http2Headers known = meanings[i];
      if (blocks[i] == key && known != null) {
        return known;
      }
    }
    Http2Headers read = decode(stream, block);
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

  private @Nullable Http2Headers decode(int stream, ByteBuffer block) throws Broken {
    try {
      return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(block));
    } catch (Http2Exception.HeaderListSizeException e) {
      return null; // told when all of the block was read, so that the table is as it should be
    } catch (Http2Exception e) {
      throw new Broken("headers that cannot be read: " + e.getMessage());
    }
  }
}
