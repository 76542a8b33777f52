package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Puts blocks of headers together that came in more than one frame. For one thread at a time. */
final class HeaderBlocks {
  private static final int MOST = 4 * AnswerHeaders.MOST;
  private static final int PRIORITY_LENGTH = 5;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final AnswerHeaders headers = new AnswerHeaders();
  private ByteBuffer gathered = NONE;
  private boolean continues;
  private int stream;
  private boolean last;
  private @Nullable Block whole;

  /**
   * A block.
   *
   * @param fields null if they are too long
   * @param isLast whether nothing more comes on its stream
   */
  record Block(int stream, @Nullable Fields fields, boolean isLast) {}

  /**
   * Takes a frame.
   *
   * @return false if it has nothing to do with headers
   */
  boolean take(int type, int flags, int on, ByteBuffer payload) throws Broken {
    if (continues != (type == Http2.CONTINUATION) || (continues && on != stream)) {
      throw new Broken("headers that are not continued, or that never began");
    }
    if (type == Http2.HEADERS) {
      if ((flags & Http2.PRIORITY) != 0) {
        payload.position(Math.min(payload.limit(), payload.position() + PRIORITY_LENGTH));
      }
      stream = on;
      last = (flags & Http2.END_STREAM) != 0;
    } else if (type != Http2.CONTINUATION) {
      return false;
    }
    boolean complete = (flags & Http2.END_HEADERS) != 0;
    if (complete && !continues) {
      whole = new Block(stream, headers.read(payload), last);
    } else {
      gather(payload);
      whole = complete ? new Block(stream, headers.read(gathered.flip()), last) : null;
    }
    continues = !complete;
    if (complete) {
      gathered = NONE;
    }
    return true;
  }

  /** The block that ended with the frame that was taken; null if it goes on. */
  @Nullable Block whole() {
    return whole;
  }

  private void gather(ByteBuffer part) throws Broken {
    if (!continues) {
      gathered = ByteBuffer.allocate(MOST);
    }
    if (part.remaining() > gathered.remaining()) {
      throw new Broken("headers of more than " + MOST + " bytes");
    }
    gathered.put(part);
  }
}
