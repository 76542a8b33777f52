package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Java's own file lock, for systems without {@code flock(2)} and JVMs that may not call it. On
 * Windows it is the lock that Go programs take, too; elsewhere it keeps out Java programs that use
 * this same fallback, and nobody else. Threads of this JVM exclude one another by a {@link JvmLock}
 * before it.
 */
record RecordLock(Path lockFile) implements ExclusiveLock {

  private static final long POLL_MILLIS = 20;

  @Override
  public Held acquire(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    var inJvm = new JvmLock(lockFile).acquire(timeout);
    try {
      var channel =
          FileChannel.open(
              lockFile,
              Set.of(CREATE, READ, WRITE, NOFOLLOW_LINKS),
              Modes.creating(lockFile, Modes.PRIVATE_FILE));
      try {
        while (channel.tryLock() == null) {
          if (System.nanoTime() >= deadline) {
            throw new Busy(lockFile, Optional.empty());
          }
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
      } catch (IOException | InterruptedException | RuntimeException e) {
        channel.close();
        throw e;
      }
      return () -> {
        try (inJvm) {
          channel.close();
        } catch (IOException _) {
          // the descriptor is gone either way, and the lock with it
        }
      };
    } catch (IOException | InterruptedException | RuntimeException e) {
      inJvm.close();
      throw e;
    }
  }
}
