package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.ExclusiveLock;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.file.Uninterrupted;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * The time between taking the lock and letting go of it. Begins by finishing what a dead process
 * left unfinished, so that what is then read is whole.
 */
final class Transaction implements AutoCloseable {

  private final ExclusiveLock.Held lock;
  private final StateDocument current;

  private Transaction(ExclusiveLock.Held lock, StateDocument current) {
    this.lock = lock;
    this.current = current;
  }

  /**
   * Takes the lock.
   *
   * @param notDone what has not happened if it cannot be had, for the message
   */
  static Transaction begin(Layout layout, String notDone) throws InterruptedException {
    var lock = acquire(layout, notDone);
    try {
      var current =
          uninterrupted(
              notDone,
              () -> {
                new Healer(layout).heal();
                var document = layout.store().read();
                new Sweeper(layout).sweep(document);
                return document;
              });
      return new Transaction(lock, current);
    } catch (Throwable t) {
      lock.close();
      throw t;
    }
  }

  /** The state as it stands while nobody else may change it. */
  StateDocument current() {
    return current;
  }

  /**
   * Does the part that an interrupt must not cut in two.
   *
   * @param notDone what has not happened if the file system fails, for the message
   */
  <T> T change(String notDone, Callable<T> work) {
    return uninterrupted(notDone, work);
  }

  @Override
  public void close() {
    lock.close();
  }

  private static <T> T uninterrupted(String notDone, Callable<T> work) {
    try {
      return Uninterrupted.call(work);
    } catch (IOException e) {
      throw Refusal.io(notDone, e, "nothing was changed");
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("work under the lock throws no other exception", e);
    }
  }

  private static ExclusiveLock.Held acquire(Layout layout, String notDone)
      throws InterruptedException {
    try {
      Refusal.checkSafe(layout.guard().links(layout.root()));
      var folder = layout.lock().getParent();
      if (folder != null) {
        Modes.createFolders(folder);
      }
      return ExclusiveLock.of(layout.lock()).acquire(layout.lockTimeout());
    } catch (ExclusiveLock.Busy e) {
      throw busy(layout, notDone, e);
    } catch (ExclusiveLock.CannotLock e) {
      throw new Refused(
          Reason.NO_LOCKS,
          notDone + ": " + e.getMessage(),
          layout.lock(),
          "",
          "",
          "keep the plugin root on a local file system",
          e);
    } catch (IOException e) {
      throw Refusal.io(notDone, e, "nothing was changed");
    }
  }

  private static Refused busy(Layout layout, String notDone, ExclusiveLock.Busy e) {
    var holder =
        e.holder()
            .map(
                h -> "process " + h.pid() + (h.command().isEmpty() ? "" : " (" + h.command() + ")"))
            .orElse("another process");
    return new Refused(
        Reason.BUSY,
        "%s: %s has held the lock %s for over %s"
            .formatted(notDone, holder, layout.lock(), text(layout.lockTimeout())),
        layout.lock(),
        "",
        "",
        e.holder().isPresent()
            ? "wait until that process has ended, or end it, and try again"
            : "see who has it with: fuser -v " + Shell.quote(layout.lock()),
        e);
  }

  private static String text(Duration d) {
    return d.toMillis() % 1000 == 0 ? d.toSeconds() + " s" : d.toMillis() + " ms";
  }
}
