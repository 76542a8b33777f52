package dev.cvt.goplugin.channel;

import java.util.Random;

/** Frames that a plugin might send, most of them nearly right. The same seed gives the same. */
final class RandomFrames {
  private static final String[] NAMES = {
    ":status", "content-type", "grpc-status", "grpc-message", "some-bin", "x"
  };
  private static final String[] VALUES = {
    "200", "404", "application/grpc", "0", "5", "99", "-1", "%zz", "AAA=,!", "text/html", ""
  };

  private final Random random;

  RandomFrames(Random random) {
    this.random = random;
  }

  byte[] next() {
    int stream = random.nextInt(12);
    return switch (random.nextInt(12)) {
      case 0 -> RawServer.good(stream, "x");
      case 1 -> RawServer.answer(stream);
      case 2 -> RawServer.message(stream, "y".repeat(random.nextInt(100)));
      case 3 -> RawServer.frame(Http2.HEADERS, random.nextInt(256), stream, fields());
      case 4 -> RawServer.frame(Http2.CONTINUATION, random.nextInt(256), stream, fields());
      case 5 -> RawServer.frame(Http2.DATA, random.nextInt(256), stream, noise(300));
      case 6 -> RawServer.frame(Http2.RST_STREAM, 0, stream, RawServer.number(random.nextInt(20)));
      case 7 ->
          RawServer.frame(
              Http2.SETTINGS,
              random.nextInt(2),
              0,
              new byte[] {0, (byte) random.nextInt(8)},
              RawServer.number(random.nextInt()));
      case 8 -> RawServer.frame(Http2.PING, random.nextInt(2), 0, noise(20));
      case 9 ->
          random.nextInt(5) == 0
              ? RawServer.frame(
                  Http2.GOAWAY, 0, 0, RawServer.number(random.nextInt(9)), RawServer.number(0))
              : RawServer.frame(Http2.WINDOW_UPDATE, 0, stream, RawServer.number(random.nextInt()));
      case 10 -> RawServer.frame(random.nextInt(256), random.nextInt(256), stream, noise(40));
      default -> random.nextInt(10) == 0 ? noise(30) : new byte[0];
    };
  }

  private byte[] fields() {
    if (random.nextInt(8) == 0) {
      return noise(30);
    }
    byte[] fields = new byte[0];
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] one = RawServer.field(pick(NAMES), pick(VALUES));
      if (random.nextBoolean()) {
        one[0] = 0x40; // to be remembered
      }
      fields = RawServer.all(fields, one);
    }
    return fields;
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }

  private byte[] noise(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }
}
