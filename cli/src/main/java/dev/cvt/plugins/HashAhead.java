package dev.cvt.plugins;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash function, made ready on a thread of its own while a command still reads what there is to
 * hash.
 *
 * <p>To find it takes a cold JVM 12 ms, and to have it compiled some 5, of the 100 that {@code
 * verify} took. A manager does the same before its starts.
 */
final class HashAhead {
  // The compiler works beside it; as many as keep the thread busy until it is done.
  private static final int TIMES = 2000;
  private static final int BLOCKS = 256;

  private HashAhead() {}

  /** Begins; nobody needs to wait for the end. */
  static void begin() {
    Thread.ofPlatform().daemon().name("hash-ahead").start(HashAhead::run);
  }

  private static void run() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var blocks = new byte[BLOCKS];
      for (int i = 0; i < TIMES; i++) {
        digest.update(blocks);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
