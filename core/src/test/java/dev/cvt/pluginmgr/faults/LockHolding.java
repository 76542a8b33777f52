package dev.cvt.pluginmgr.faults;

import dev.cvt.pluginmgr.file.ExclusiveLock;
import java.nio.file.Path;
import java.time.Duration;

/** Takes a lock, says so, and holds it until its input ends. */
public final class LockHolding {

  private LockHolding() {}

  /** The first argument is the lock's file. */
  public static void main(String[] arguments) throws Exception {
    try (var _ = ExclusiveLock.of(Path.of(arguments[0])).acquire(Duration.ofSeconds(30))) {
      System.out.println("locked");
      int _ = System.in.read();
    }
  }
}
