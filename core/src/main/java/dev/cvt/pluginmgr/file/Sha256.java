package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/** SHA-256 of files, as 64 hex digits in lower case. */
public final class Sha256 {

  // Larger buffers were not faster with a warm page cache, and fall out of the processor's own.
  private static final int BUFFER = 128 * 1024;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** As many as can be of use at once. Without, they are a quarter of the garbage of 16 starts. */
  private static final Queue<ByteBuffer> SPARE =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  private Sha256() {}

  /**
   * Hashes a file, never through a link in its last place.
   *
   * @param done told the number of bytes hashed, now and then and at the end
   * @throws InterruptedException if the thread is interrupted
   */
  public static String of(Path file, LongConsumer done) throws IOException, InterruptedException {
    var spare = SPARE.poll();
    var buffer = spare == null ? ByteBuffer.allocate(BUFFER) : spare;
    try {
      return of(file, buffer, done);
    } finally {
      var _ = SPARE.offer(buffer); // one too many is garbage
    }
  }

  private static String of(Path file, ByteBuffer buffer, LongConsumer done)
      throws IOException, InterruptedException {
    var digest = digest();
    long total = 0;
    try (var channel = Files.newByteChannel(file, Set.of(READ, NOFOLLOW_LINKS))) {
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
        total += buffer.limit();
        done.accept(total);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Whether a text is a whole hash: 64 hex digits, lower case. */
  public static boolean isHash(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * Gets the JVM to compile the hash function, about 15 ms on a thread that has nothing else to do:
   * the first 20 MB that a cold JVM hashes take four times as long as they need to.
   */
  public static void warmUp() {
    var digest = digest();
    var block = new byte[256];
    for (int i = 0; i < 4000; i++) {
      digest.update(block);
    }
  }

  /** An interrupt that closed a channel, as what it is; the flag is cleared. */
  static InterruptedException interrupted(ClosedByInterruptException e) {
    boolean _ = Thread.interrupted();
    var interrupted = new InterruptedException();
    interrupted.initCause(e);
    return interrupted;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
