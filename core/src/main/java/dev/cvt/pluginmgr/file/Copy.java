package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Copies of programs: private, executable, on the disk when the call returns, or not there at all.
 */
public final class Copy {

  // The kernel copies a piece without us; between pieces we look for an interrupt and report.
  private static final int PIECE = 4 * 1024 * 1024;
  private static final int BUFFER = 128 * 1024;

  private Copy() {}

  /**
   * Copies a file, never through a link in its last place, to a new one.
   *
   * @param target must not exist; gets mode 0700
   * @param done told the number of bytes copied, now and then and at the end
   */
  public static void file(Path source, Path target, LongConsumer done)
      throws IOException, InterruptedException {
    try (var in = FileChannel.open(source, Set.of(READ, NOFOLLOW_LINKS))) {
      write(
          target,
          out -> {
            long at = 0;
            for (long moved; (moved = in.transferTo(at, PIECE, out)) > 0; ) {
              at += moved;
              done.accept(at);
              checkInterrupt();
            }
          });
    } catch (ClosedByInterruptException e) {
      throw Sha256.interrupted(e);
    }
  }

  /** Copies a stream to its end; the stream stays open. */
  public static void stream(InputStream source, Path target, LongConsumer done)
      throws IOException, InterruptedException {
    try {
      write(
          target,
          out -> {
            var buffer = new byte[BUFFER];
            long at = 0;
            for (int n; (n = source.read(buffer)) >= 0; ) {
              for (var rest = ByteBuffer.wrap(buffer, 0, n); rest.hasRemaining(); ) {
                out.write(rest);
              }
              at += n;
              done.accept(at);
              checkInterrupt();
            }
          });
    } catch (ClosedByInterruptException e) {
      throw Sha256.interrupted(e);
    }
  }

  private static void write(Path target, Content content) throws IOException, InterruptedException {
    var out =
        FileChannel.open(
            target, Set.of(CREATE_NEW, WRITE), Modes.creating(target, Modes.PRIVATE_FOLDER));
    try (out) {
      content.writeTo(out);
      Modes.set(target, Modes.PRIVATE_FOLDER);
      out.force(true);
    } catch (IOException | InterruptedException | RuntimeException e) {
      AtomicFile.deleteAfter(e, target);
      throw e;
    }
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private interface Content {
    void writeTo(FileChannel out) throws IOException, InterruptedException;
  }
}
