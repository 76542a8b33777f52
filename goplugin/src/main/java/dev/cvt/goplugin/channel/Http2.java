package dev.cvt.goplugin.channel;

import java.nio.charset.StandardCharsets;

/** The numbers of HTTP/2 (RFC 9113) that a client of unary calls needs. */
final class Http2 {
  /** Before every frame: length, type, flags, stream. */
  static final int FRAME_HEADER = 9;

  /** The longest frame, which either side may raise for itself; this one does not. */
  static final int MAX_FRAME = 16_384;

  static final int FIRST_WINDOW = 65_535;
  static final int FIRST_TABLE = 4096;

  // Types of frames.
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  // Flags of frames.
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;
  static final int PADDED = 8;
  static final int PRIORITY = 32;

  // Settings.
  static final int HEADER_TABLE_SIZE = 1;
  static final int ENABLE_PUSH = 2;
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final int MAX_HEADER_LIST_SIZE = 6;

  // Reasons for a reset.
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int ENHANCE_YOUR_CALM = 11;
  static final int INADEQUATE_SECURITY = 12;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Http2() {}

  /** What a client says first. */
  static byte[] preface() {
    return PREFACE.clone();
  }
}
