package dev.cvt.pluginmgr.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * An exclusive lock that stands for a file. Among whom it holds depends on the file system:
 *
 * <ul>
 *   <li>{@link Flock}: the default file system where it has {@code flock(2)}; among all processes
 *       that use that, Go programs included;
 *   <li>{@link RecordLock}: the default file system elsewhere, or where native access is denied;
 *       among Java programs, and on Windows among all;
 *   <li>{@link JvmLock}: any other file system; within this JVM.
 * </ul>
 */
public sealed interface ExclusiveLock permits Flock, RecordLock, JvmLock {

  /** The lock of a file. The file is made (0600) when it is first needed, and is never deleted. */
  static ExclusiveLock of(Path lockFile) {
    if (!lockFile.getFileSystem().equals(FileSystems.getDefault())) {
      return new JvmLock(lockFile);
    }
    return Native.available() ? new Flock(lockFile) : new RecordLock(lockFile);
  }

  /**
   * Readies what the first lock needs, so that it does not pay for it: 60 to 110 ms of a cold JVM.
   * Worth a thread of its own beside other work, such as hashing. Idempotent.
   */
  static void warmUp() {
    Native.warmUp();
  }

  /**
   * Waits for the lock and takes it.
   *
   * @param timeout how long to wait; zero is one try
   * @throws Busy if somebody else had it all the time
   * @throws CannotLock if the file system knows no locks
   * @throws IOException if the lock file cannot be made or opened
   */
  Held acquire(Duration timeout) throws IOException, InterruptedException;

  /** The lock while it is held. */
  interface Held extends AutoCloseable {
    /** Lets go. Idempotent. */
    @Override
    void close();
  }

  /**
   * Who holds a lock.
   *
   * @param pid its process
   * @param command the program and its arguments; empty if unknown
   */
  record Holder(long pid, String command) {}

  /** The lock was not to be had in time. */
  final class Busy extends IOException {

    private static final long serialVersionUID = 1;

    private final transient Optional<Holder> holder;

    Busy(Path lockFile, Optional<Holder> holder) {
      super(lockFile + " is locked");
      this.holder = holder;
    }

    /** Who has it, where the system tells. */
    public Optional<Holder> holder() {
      return holder;
    }
  }

  /** The file system knows no locks, as some network mounts. */
  final class CannotLock extends IOException {

    private static final long serialVersionUID = 1;

    CannotLock(Path lockFile, String reason) {
      super(lockFile + " cannot be locked: " + reason);
    }
  }
}
