package dev.cvt.goplugin.channel;

import java.nio.ByteBuffer;

/**
 * Cuts what arrives into frames, wherever it was cut on its way. Data is handed on as it comes,
 * every other frame as a whole. For one thread.
 */
final class FrameReader {
  private static final int IN_A_HEADER = -1;

  private final Frames frames;
  private final ByteBuffer head = ByteBuffer.allocate(Http2.FRAME_HEADER);
  private ByteBuffer partial = ByteBuffer.allocate(0);
  private int type;
  private int flags;
  private int stream;

  /** Bytes of this frame that are still to come. */
  private int left = IN_A_HEADER;

  private int dataSeen;

  FrameReader(Frames frames) {
    this.frames = frames;
  }

  /** What becomes of the frames. The buffers belong to the reader. */
  interface Frames {
    /**
     * A part of a data frame, to be read to its limit.
     *
     * @param last whether nothing more comes on that stream
     */
    void data(int stream, ByteBuffer some, boolean last) throws Broken;

    /** Any other frame. */
    void frame(int type, int flags, int stream, ByteBuffer payload) throws Broken;
  }

  /**
   * The other side does not keep to the protocol, so that nothing on the connection can be read.
   */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(String what) {
      super(what, null, false, false);
    }
  }

  /** Bytes of data, padding included, since it was last told. */
  int dataSeen() {
    return dataSeen;
  }

  /** The other side is told of them. */
  void dataTold() {
    dataSeen = 0;
  }

  /** Reads to the limit. */
  void read(ByteBuffer in) throws Broken {
    while (left != IN_A_HEADER || header(in)) {
      if (type == Http2.DATA && (flags & Http2.PADDED) == 0) {
        data(in);
      } else {
        other(in);
      }
      if (left != IN_A_HEADER) {
        return;
      }
    }
  }

  private boolean header(ByteBuffer in) throws Broken {
    while (head.hasRemaining()) {
      if (!in.hasRemaining()) {
        return false;
      }
      head.put(in.get());
    }
    left = (head.get(0) & 0xFF) << 16 | (head.get(1) & 0xFF) << 8 | (head.get(2) & 0xFF);
    type = head.get(3);
    flags = head.get(4);
    stream = head.getInt(5) & Integer.MAX_VALUE;
    head.clear();
    if (type == Http2.DATA) {
      dataSeen += left;
    }
    if (left > Http2.MAX_FRAME) {
      throw new Broken("a frame of " + left + " bytes, over the limit of " + Http2.MAX_FRAME);
    }
    return true;
  }

  private void data(ByteBuffer in) throws Broken {
    int limit = in.limit();
    int some = Math.min(left, in.remaining());
    left -= some;
    in.limit(in.position() + some);
    frames.data(stream, in, left == 0 && (flags & Http2.END_STREAM) != 0);
    in.limit(limit);
    if (left == 0) {
      left = IN_A_HEADER;
    }
  }

  private void other(ByteBuffer in) throws Broken {
    if (partial.position() == 0 && in.remaining() >= left) {
      int limit = in.limit();
      int end = in.position() + left;
      in.limit(end);
      whole(in);
      in.limit(limit).position(end);
      return;
    }
    if (partial.position() == 0) {
      partial = ByteBuffer.allocate(left);
    }
    int some = Math.min(partial.remaining(), in.remaining());
    partial.put(in.slice(in.position(), some));
    in.position(in.position() + some);
    if (!partial.hasRemaining()) {
      whole(partial.flip());
      partial = ByteBuffer.allocate(0);
    }
  }

  private void whole(ByteBuffer payload) throws Broken {
    left = IN_A_HEADER;
    if (type == Http2.DATA) {
      unpad(payload);
      frames.data(stream, payload, (flags & Http2.END_STREAM) != 0);
    } else {
      if (type == Http2.HEADERS && (flags & Http2.PADDED) != 0) {
        unpad(payload);
      }
      frames.frame(type, flags, stream, payload);
    }
  }

  private static void unpad(ByteBuffer payload) throws Broken {
    int padding = payload.hasRemaining() ? payload.get() & 0xFF : 1;
    if (padding > payload.remaining()) {
      throw new Broken("padding that is longer than its frame");
    }
    payload.limit(payload.limit() - padding);
  }
}
