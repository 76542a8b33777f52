package dev.cvt.pluginmgr.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code flock(2)}. Java's own file locks are of another kind, which a holder of this one does not
 * see.
 *
 * <p>Whoever has to wait queues up in the kernel beside everybody else, on a thread of its own,
 * since nothing interrupts that call. A caller that gives up leaves that thread behind: it lets go
 * of the lock in the instant it gets it.
 */
record Flock(Path lockFile) implements ExclusiveLock {

  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @Override
  public Held acquire(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + saturatedNanos(timeout);
    while (true) {
      int fd = open();
      if (!tryLock(fd)) {
        waitFor(fd, deadline);
      }
      var held = new HeldFlock(fd);
      try {
        if (isStillTheFile(fd)) {
          return held;
        }
      } catch (IOException | RuntimeException e) {
        held.close();
        throw e;
      }
      held.close(); // whoever deleted or replaced the file has left us the lock of one that is gone
    }
  }

  private int open() throws IOException {
    try {
      Files.createFile(lockFile, Modes.creating(lockFile, Modes.PRIVATE_FILE));
    } catch (FileAlreadyExistsException _) {
      if (!Files.isRegularFile(lockFile, NOFOLLOW_LINKS)) {
        throw new FileSystemException(lockFile.toString(), null, "the lock is not a regular file");
      }
    }
    int fd = Native.open(lockFile.toString());
    if (fd < 0) {
      throw failure(fd);
    }
    return fd;
  }

  /** One try; a file system that cannot lock shows here. */
  private boolean tryLock(int fd) throws IOException {
    while (true) {
      int result = Native.flock(fd, Native.LOCK_EX | Native.LOCK_NB);
      if (result >= 0) {
        return true;
      }
      switch (Native.nameOf(result)) {
        case INTERRUPTED -> {}
        case WOULD_BLOCK -> {
          return false;
        }
        case UNSUPPORTED, OTHER -> {
          Native.close(fd);
          throw failure(result);
        }
      }
    }
  }

  /** Closes the file unless it returns normally, then or when the lock comes too late. */
  private void waitFor(int fd, long deadline) throws IOException, InterruptedException {
    var result = new CompletableFuture<Integer>();
    var settled = new AtomicBoolean();
    try {
      Thread.ofPlatform()
          .daemon()
          .name("pluginmgr-lock-wait")
          .start(
              () -> {
                int locked;
                do {
                  locked = Native.flock(fd, Native.LOCK_EX);
                } while (locked < 0 && Native.nameOf(locked) == Native.Failure.INTERRUPTED);
                if (settled.compareAndSet(false, true)) {
                  result.complete(locked);
                } else {
                  Native.close(fd);
                }
              });
    } catch (OutOfMemoryError e) {
      Native.close(fd);
      throw new IOException("no thread is to be had to wait for " + lockFile, e);
    }
    int locked;
    try {
      locked = result.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      if (!settled.compareAndSet(false, true)) {
        Native.close(fd); // it came in this very instant, and is not wanted any more
      }
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw new Busy(lockFile, holder());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the waiting thread only completes normally", e);
    }
    if (locked < 0) {
      Native.close(fd);
      throw failure(locked);
    }
  }

  private Optional<Holder> holder() {
    return LockTable.LINUX.holderOf(lockFile);
  }

  private boolean isStillTheFile(int fd) throws IOException {
    if (!Files.isDirectory(OPEN_FILES)) {
      return true;
    }
    var open = attributes(OPEN_FILES.resolve(Integer.toString(fd)));
    try {
      var named = attributes(lockFile, NOFOLLOW_LINKS);
      return Objects.equals(open.fileKey(), named.fileKey());
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  private static BasicFileAttributes attributes(Path path, LinkOption... options)
      throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, options);
  }

  private IOException failure(int result) {
    return switch (Native.nameOf(result)) {
      case UNSUPPORTED ->
          new CannotLock(lockFile, "its file system has no flock (error " + -result + ")");
      case INTERRUPTED, WOULD_BLOCK, OTHER -> otherFailure(-result);
    };
  }

  private IOException otherFailure(int errno) {
    return switch (errno) {
      case 1, 13 -> new AccessDeniedException(lockFile.toString());
      case 2 -> new NoSuchFileException(lockFile.toString());
      case 28 -> new FileSystemException(lockFile.toString(), null, "No space left on device");
      case 30 -> new FileSystemException(lockFile.toString(), null, "Read-only file system");
      default -> new FileSystemException(lockFile.toString(), null, "system error " + errno);
    };
  }

  private static long saturatedNanos(Duration d) {
    try {
      return Math.min(d.toNanos(), Long.MAX_VALUE / 2);
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE / 2;
    }
  }

  private record HeldFlock(int fd, AtomicBoolean open) implements Held {

    HeldFlock(int fd) {
      this(fd, new AtomicBoolean(true));
    }

    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        Native.close(fd); // the last descriptor of its kind: the lock goes with it
      }
    }
  }
}
