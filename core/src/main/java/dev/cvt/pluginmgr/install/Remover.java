package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.IoText;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.file.Stat;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Changes of the state file that bring no new binary: remove, reset, and the whole file at once.
 */
public record Remover(Layout layout) {

  /**
   * Forgets a plugin and deletes its binary, in this order: a crash in between leaves a file that
   * nobody speaks of, never an entry without a binary.
   */
  public void remove(String name, boolean force) throws InterruptedException {
    Refusal.checkName(name);
    var notDone = "plugin \"" + name + "\" was not removed";
    Refusal.checkInstalled(name, layout.store().read());
    try (var tx = Transaction.begin(layout, notDone)) {
      var entry = Refusal.checkInstalled(name, tx.current());
      var binary =
          layout
              .binary(entry)
              .filter(path -> !layout.isReserved(path))
              .orElseThrow(() -> Refusal.badPath(name, entry, layout.root()));
      check(name, entry, binary, force, notDone);
      tx.change(
          notDone,
          () -> {
            var without = tx.current().without(name);
            commit(without, "the entry of plugin \"" + name + "\" was removed, its binary not");
            if (!force) {
              restoreIfStarted(name, tx.current());
            }
            deleteUnlessShared(name, binary, without);
            return binary;
          });
    }
  }

  /** Forgets an entry and touches no binary. */
  public void reset(String name) throws InterruptedException {
    var notDone = "the entry of plugin \"" + name + "\" was not reset";
    Refusal.checkInstalled(name, layout.store().read());
    try (var tx = Transaction.begin(layout, notDone)) {
      var entry = Refusal.checkInstalled(name, tx.current());
      Entry _ =
          tx.change(
              notDone,
              () -> {
                commit(
                    tx.current().without(name), "the entry of plugin \"" + name + "\" was reset");
                return entry;
              });
    }
  }

  /** Replaces the whole content. */
  public void write(Snapshot snapshot) throws InterruptedException {
    var notDone = layout.state() + " was not written";
    try (var tx = Transaction.begin(layout, notDone)) {
      Snapshot _ =
          tx.change(
              notDone,
              () -> {
                commit(tx.current().with(snapshot), layout.state() + " was written");
                return snapshot;
              });
    }
  }

  private void commit(StateDocument document, String done) throws IOException {
    try {
      layout.store().commit(document);
    } catch (AtomicFile.NotDurable e) {
      throw Refusal.notDurable(done, e);
    }
  }

  private void check(String name, Entry entry, Path binary, boolean force, String notDone) {
    try {
      Refusal.checkSafe(layout.guard().links(binary));
      if (Stat.isFolder(binary)) {
        throw Refusal.badPath(name, entry, layout.root());
      }
      if (!force) {
        checkIdle(name);
      }
    } catch (IOException e) {
      throw Refusal.io(notDone, e, "nothing was changed");
    }
  }

  private void checkIdle(String name) throws IOException {
    var running = RunningManagers.of(layout, name);
    if (!running.isEmpty()) {
      var manager = running.getFirst();
      throw Refusal.of(
          Reason.RUNNING,
          "plugin \"%s\" is run by process %d%s"
              .formatted(
                  name,
                  manager.pid(),
                  manager.command().isEmpty() ? "" : " (" + manager.command() + ")"),
          null,
          "stop that first, or remove the plugin all the same with --force: what runs is not"
              + " disturbed, but cannot be started again");
    }
  }

  /**
   * A manager first claims a plugin and then reads the state; we first write the state and then
   * look for claims. So of two that meet, at least one sees the other.
   */
  private void restoreIfStarted(String name, StateDocument before) throws IOException {
    try {
      checkIdle(name);
    } catch (Refused | IOException e) {
      try {
        layout.store().commit(before);
      } catch (IOException f) {
        e.addSuppressed(f);
        throw Refusal.io(
            "plugin \"" + name + "\" was removed only in part",
            f,
            "its entry is gone, its binary is not, and a manager may run it");
      }
      throw e;
    }
  }

  private void deleteUnlessShared(String name, Path binary, StateDocument without) {
    boolean shared =
        without.plugins().values().stream()
            .anyMatch(other -> layout.binary(other.entry()).filter(binary::equals).isPresent());
    try {
      if (!shared) {
        Files.deleteIfExists(binary);
      }
    } catch (IOException e) {
      var text = IoText.of(e);
      throw new Refused(
          Reason.IO,
          "plugin \"%s\" was removed, but its binary %s is still there: %s"
              .formatted(name, binary, text.what()),
          binary,
          "",
          "",
          "delete it by hand: rm " + Shell.quote(binary),
          e);
    }
    try {
      new Previous(layout, name).clear();
    } catch (IOException _) {
      // the next transaction sweeps what is kept of plugins that are not there
    }
  }
}
