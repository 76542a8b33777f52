package dev.cvt.pluginmgr.file;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock within this JVM, for file systems that no other process sees. There is nothing on such a
 * file system that could hold it, so the JVM must: one semaphore for each file, forgotten with its
 * file system.
 */
record JvmLock(Path lockFile) implements ExclusiveLock {

  // Guarded by itself. Keyed by name within, since a Path would keep its file system alive.
  private static final Map<FileSystem, Map<String, Semaphore>> LOCKS = new WeakHashMap<>();

  @Override
  public Held acquire(Duration timeout) throws IOException, InterruptedException {
    var semaphore = semaphore();
    if (!semaphore.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new Busy(
          lockFile, Optional.of(new Holder(ProcessHandle.current().pid(), "this very process")));
    }
    var open = new AtomicBoolean(true);
    return () -> {
      if (open.compareAndSet(true, false)) {
        semaphore.release();
      }
    };
  }

  private Semaphore semaphore() {
    Map<String, Semaphore> ofFileSystem;
    synchronized (LOCKS) {
      ofFileSystem =
          LOCKS.computeIfAbsent(lockFile.getFileSystem(), _ -> new ConcurrentHashMap<>());
    }
    return ofFileSystem.computeIfAbsent(
        lockFile.toAbsolutePath().normalize().toString(), _ -> new Semaphore(1, true));
  }
}
