package dev.cvt.pluginmgr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.faults.Child;
import dev.cvt.pluginmgr.faults.LockHolding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ExclusiveLockTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() throws IOException {
    file = temp.toRealPath().resolve("state.json.lock");
  }

  @Test
  void lockFile_isMadePrivate_andKept() throws Exception {
    try (var _ = ExclusiveLock.of(file).acquire(LONG)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(file).exists();
  }

  @Test
  void flockCommand_keepsUsOut_andIsNamed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock command here");
    var holder =
        new ProcessBuilder("flock", file.toString(), "sh", "-c", "echo locked; read x").start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      assertThatThrownBy(() -> ExclusiveLock.of(file).acquire(SHORT))
          .isInstanceOfSatisfying(
              ExclusiveLock.Busy.class,
              busy ->
                  assertThat(busy.holder())
                      .contains(
                          new ExclusiveLock.Holder(
                              holder.pid(), "flock " + file + " sh -c echo locked; read x")));
      holder.getOutputStream().close();
      ExclusiveLock.of(file).acquire(LONG).close();
    } finally {
      holder.destroyForcibly();
      holder.waitFor();
    }
  }

  @Test
  void we_keepTheFlockCommandOut() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "no flock command here");
    var tryIt = new ProcessBuilder("flock", "-n", file.toString(), "true");
    try (var _ = ExclusiveLock.of(file).acquire(LONG)) {
      assertThat(tryIt.start().waitFor()).isEqualTo(1);
    }
    assertThat(tryIt.start().waitFor()).isZero();
  }

  @Test
  void otherJvm_keepsUsOut_untilItIsKilled() throws Exception {
    try (var child = Child.start(LockHolding.class, file.toString())) {
      child.await("locked");
      assertThatThrownBy(() -> ExclusiveLock.of(file).acquire(Duration.ZERO))
          .isInstanceOfSatisfying(
              ExclusiveLock.Busy.class,
              busy ->
                  assertThat(busy.holder().map(ExclusiveLock.Holder::pid))
                      .contains(child.process().pid()));
    }
    ExclusiveLock.of(file).acquire(LONG).close();
  }

  @Test
  void waiter_isServedAsSoonAsTheLockIsFree() throws Exception {
    var first = ExclusiveLock.of(file).acquire(LONG);
    var second = acquireOnThread(file, LONG);
    awaitWaiter(file);
    assertThat(second).isNotDone();
    first.close();
    second.get(10, TimeUnit.SECONDS).close();
  }

  @Test
  void waiter_interrupted_givesUpAtOnce_andLeavesTheLockFree() throws Exception {
    try (var _ = ExclusiveLock.of(file).acquire(LONG)) {
      var outcome = new CompletableFuture<Throwable>();
      var waiter =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ExclusiveLock.of(file).acquire(LONG).close();
                    } catch (Throwable t) {
                      outcome.complete(t);
                    }
                  });
      awaitWaiter(file);
      waiter.interrupt();
      assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
    }
    // The waiting thread that was left behind gets the lock now, and lets go of it.
    for (int i = 0; i < 20; i++) {
      ExclusiveLock.of(file).acquire(LONG).close();
    }
  }

  @Test
  void threads_excludeOneAnother() throws Exception {
    countAlone(() -> ExclusiveLock.of(file));
  }

  @Test
  void threads_onAnotherFileSystem_excludeOneAnother() throws Exception {
    try (var fs = Jimfs.newFileSystem(Configuration.unix())) {
      var path = fs.getPath("/x.lock");
      assertThat(ExclusiveLock.of(path)).isInstanceOf(JvmLock.class);
      countAlone(() -> ExclusiveLock.of(path));
      try (var _ = ExclusiveLock.of(path).acquire(LONG)) {
        assertThatThrownBy(() -> ExclusiveLock.of(path).acquire(SHORT))
            .isInstanceOf(ExclusiveLock.Busy.class);
        ExclusiveLock.of(fs.getPath("/other.lock")).acquire(SHORT).close();
      }
      ExclusiveLock.of(path).acquire(SHORT).close();
    }
  }

  @Test
  void threads_withTheFallback_excludeOneAnother() throws Exception {
    countAlone(() -> new RecordLock(file));
    try (var _ = new RecordLock(file).acquire(LONG)) {
      assertThatThrownBy(() -> new RecordLock(file).acquire(SHORT))
          .isInstanceOf(ExclusiveLock.Busy.class);
    }
    new RecordLock(file).acquire(SHORT).close();
  }

  @Test
  void lockFile_replacedWhileWeWait_isLockedAnew() throws Exception {
    var first = ExclusiveLock.of(file).acquire(LONG);
    var second = acquireOnThread(file, LONG);
    awaitWaiter(file);
    Files.delete(file);
    first.close();
    try (var _ = second.get(10, TimeUnit.SECONDS)) {
      assertThat(file).exists();
      assertThatThrownBy(() -> ExclusiveLock.of(file).acquire(SHORT))
          .isInstanceOf(ExclusiveLock.Busy.class);
    }
  }

  @Test
  void lockFile_thatIsALink_isRefused() throws Exception {
    var victim = Files.writeString(temp.resolve("victim"), "x");
    Files.createSymbolicLink(file, victim);
    assertThatThrownBy(() -> ExclusiveLock.of(file).acquire(SHORT))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": the lock is not a regular file");
  }

  @Test
  void fileSystemWithoutLocks_saysSo() throws Exception {
    // Linux knows no lock on what is not a file of a real file system.
    assertThat(Native.nameOf(-95)).isEqualTo(Native.Failure.UNSUPPORTED);
    assertThat(Native.nameOf(-37)).isEqualTo(Native.Failure.UNSUPPORTED);
    assertThat(Native.nameOf(-11)).isEqualTo(Native.Failure.WOULD_BLOCK);
    assertThat(Native.nameOf(-4)).isEqualTo(Native.Failure.INTERRUPTED);
    assertThat(new ExclusiveLock.CannotLock(Path.of("/p/x.lock"), "its file system has no flock"))
        .hasMessage("/p/x.lock cannot be locked: its file system has no flock");
  }

  @Test
  void close_twice_isHarmless() throws Exception {
    var held = ExclusiveLock.of(file).acquire(LONG);
    held.close();
    try (var _ = ExclusiveLock.of(file).acquire(LONG)) {
      held.close();
      assertThatThrownBy(() -> ExclusiveLock.of(file).acquire(SHORT))
          .isInstanceOf(ExclusiveLock.Busy.class);
    }
  }

  private static CompletableFuture<ExclusiveLock.Held> acquireOnThread(
      Path file, Duration timeout) {
    var result = new CompletableFuture<ExclusiveLock.Held>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(ExclusiveLock.of(file).acquire(timeout));
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    return result;
  }

  /** Until the kernel tells of somebody who waits, where it tells. */
  private static void awaitWaiter(Path file) throws Exception {
    var locks = Path.of("/proc/locks");
    if (!Native.available() || !Files.isReadable(locks)) {
      return;
    }
    var inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    while (Files.readAllLines(locks).stream()
        .noneMatch(line -> line.contains("-> FLOCK") && line.contains(inode))) {
      Thread.sleep(2);
    }
  }

  private interface Locks {
    ExclusiveLock get();
  }

  private static void countAlone(Locks locks) throws Exception {
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var threads = new Thread[8];
    var failure = new CompletableFuture<Throwable>();
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int n = 0; n < 25; n++) {
                        try (var _ = locks.get().acquire(LONG)) {
                          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                          Thread.onSpinWait();
                          inside.decrementAndGet();
                        }
                      }
                    } catch (Throwable t) {
                      failure.complete(t);
                    }
                  });
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failure.getNow(null)).isNull();
    assertThat(most).hasValue(1);
  }

  @Test
  void lockThatComesAndCannotBeLookedAt_isGivenBack() throws Exception {
    assumeTrue(Native.available(), "no flock(2) here");
    var folder = Files.createDirectory(file.resolveSibling("folder"));
    var lock = new Flock(folder.resolve("lock"));
    var held = lock.acquire(LONG);
    var waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try (var late = lock.acquire(LONG)) {
                return "got it: " + late;
              } catch (IOException | InterruptedException e) {
                return e.getClass().getSimpleName();
              }
            });
    awaitWaiter(folder.resolve("lock"));
    var moved = Files.move(folder, file.resolveSibling("moved"));
    Files.createSymbolicLink(folder, folder.getFileName()); // leads nowhere: not "no such file"
    held.close();

    assertThat(waiting).succeedsWithin(LONG).isEqualTo("FileSystemException");
    new Flock(moved.resolve("lock")).acquire(Duration.ZERO).close();
  }
}
