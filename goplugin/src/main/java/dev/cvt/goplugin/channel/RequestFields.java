package dev.cvt.goplugin.channel;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The fields that a caller sends along. Pure. */
final class RequestFields {
  /** In bytes; far from what a frame holds, and from what any server refuses. */
  private static final int MOST = 4096;

  private static final Set<String> GRPCS = Set.of("te", "content-type", "user-agent");

  private RequestFields() {}

  /**
   * Whether they go out as they are; gRPC's own road encodes binary ones, leaves out what HTTP
   * forbids, and knows what to do with long ones.
   *
   * @param fields names and values by turns
   */
  static boolean isPlain(byte[][] fields) {
    int total = 0;
    for (int i = 0; i + 1 < fields.length; i += 2) {
      total += fields[i].length + fields[i + 1].length;
      var name = new String(fields[i], StandardCharsets.US_ASCII);
      if (total > MOST
          || name.endsWith("-bin")
          || GRPCS.contains(name)
          || !isPrintable(fields[i + 1])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPrintable(byte[] value) {
    for (byte each : value) {
      if (each < ' ' || each > '~') {
        return false;
      }
    }
    return true;
  }
}
