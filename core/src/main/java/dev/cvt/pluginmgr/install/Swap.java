package dev.cvt.pluginmgr.install;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The change of a binary and its entry, under the lock: two renames that must look like one.
 *
 * @param notDone what has not happened if it fails, for the message
 * @param done what has happened if it does not
 */
record Swap(Layout layout, StateDocument current, String name, String notDone, String done) {

  /** Puts a staged binary in its place, and the entry with it. */
  void replace(Path staged, Path binary, Entry after) throws IOException {
    var before = current.entry(name);
    var previous = new Previous(layout, name);
    var healer = new Healer(layout);
    Intent intent;
    try {
      var undo = previous.keep(binary, before, after.sha256());
      intent = new Intent(name, before, after, String.valueOf(staged.getFileName()), undo);
      intent.write(layout.intent());
    } catch (IOException e) {
      abandon(previous, e);
      throw e;
    }
    try {
      Files.move(staged, binary, ATOMIC_MOVE);
      AtomicFile.syncFolder(Binaries.folder(binary));
      layout.store().commit(current.with(name, after));
    } catch (AtomicFile.NotDurable e) {
      throw Refusal.notDurable(
          done, e); // the intent stays: it would finish what a power cut undoes
    } catch (IOException e) {
      throw failed(healer, intent, e);
    }
    healer.clear(intent, Healer.End.AFTER);
  }

  /** Records a binary that lies in its place already: one rename, which needs no intent. */
  void record(Path binary, Entry after) throws IOException {
    var before = current.entry(name);
    var previous = new Previous(layout, name);
    try {
      if (before.flatMap(layout::binary).filter(path -> !path.equals(binary)).isPresent()) {
        previous.keepOld(before, after.sha256());
      }
      // Before the commit, since nobody would do it for us after a crash: at worst there is nothing
      // to roll back to, never the wrong thing.
      previous.tidyAfter(before, after);
      layout.store().commit(current.with(name, after));
    } catch (AtomicFile.NotDurable e) {
      throw Refusal.notDurable(done, e);
    } catch (IOException e) {
      abandon(previous, e);
      throw e;
    }
  }

  private void abandon(Previous previous, IOException e) {
    try {
      previous.tidy(current.entry(name));
      Files.deleteIfExists(layout.intent().path());
    } catch (IOException f) {
      e.addSuppressed(f);
    }
  }

  private Refused failed(Healer healer, Intent intent, IOException e) {
    try {
      return switch (healer.settle(intent, false)) {
        case BEFORE -> Refusal.io(notDone, e, "nothing was changed");
        case AFTER ->
            Refusal.io(done + ", though with trouble", e, "binary and entry are the new ones");
        case OTHER -> Refusal.io(notDone, e, "something else was put in its place meanwhile");
      };
    } catch (IOException | Refused f) {
      e.addSuppressed(f);
      return Refusal.io(
          notDone,
          e,
          "undoing it failed as well, so the binary and its entry may not match until the next"
              + " command that installs or removes something has finished or undone it");
    }
  }
}
