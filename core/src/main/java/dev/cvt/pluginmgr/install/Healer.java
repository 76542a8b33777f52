package dev.cvt.pluginmgr.install;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings a swap that was cut in two to one of its two ends, under the lock.
 *
 * <p>Judges by what is there, not by how far the other one may have come: the entry, and the hash
 * of the file. So it does not matter how often it is itself cut in two, nor whether a Go program
 * that knows nothing of intents has written the state since: what such a one did is left alone.
 */
record Healer(Layout layout) {

  /** Where a swap has ended. */
  enum End {
    /** Binary and entry are both the ones from before. */
    BEFORE,
    /** Binary and entry are both the ones that the install was to bring. */
    AFTER,
    /** Somebody else has put something else there meanwhile; it was left alone. */
    OTHER
  }

  /** Finishes what a dead process left; if that is impossible, undoes it. */
  void heal() throws IOException {
    var intent = Intent.read(layout.intent().path());
    if (intent.isPresent()) {
      End _ = settle(intent.get(), true);
    }
  }

  /**
   * Ends a swap.
   *
   * @param forward whether to finish what can be finished; else it is undone
   * @throws IOException if neither was possible: the intent stays, for the next one to try
   */
  End settle(Intent intent, boolean forward) throws IOException {
    var binary = checked(intent);
    var document = layout.store().read();
    var entry = document.entry(intent.name());
    End end;
    if (entry.equals(Optional.of(intent.after()))) {
      end = End.AFTER;
    } else if (!entry.equals(intent.before()) || isTaken(document, intent, binary)) {
      end = End.OTHER;
    } else if (!isSwapped(intent, binary)) {
      end = End.BEFORE;
    } else if (forward && finish(document, intent)) {
      end = End.AFTER;
    } else {
      undo(intent, binary);
      end = End.BEFORE;
    }
    clear(intent, end);
    return end;
  }

  /** Tidies up after a swap that has ended, the intent last, so that the next one can try again. */
  void clear(Intent intent, End end) {
    try {
      Files.deleteIfExists(layout.root().resolve(intent.staged()));
      var previous = new Previous(layout, intent.name());
      switch (end) {
        case AFTER -> previous.tidyAfter(intent.before(), intent.after());
        case BEFORE -> previous.tidy(intent.before());
        case OTHER -> {}
      }
      Files.deleteIfExists(layout.intent().path());
    } catch (IOException _) {
      // whoever comes next finds entry and binary at one, and tidies up
    }
  }

  /** Whether the new binary stands in its place while the entry does not know of it. */
  private boolean isSwapped(Intent intent, Path binary) throws IOException {
    var after = intent.after();
    boolean sameBytes =
        intent
            .before()
            .filter(before -> before.binaryPath().equals(after.binaryPath()))
            .filter(before -> before.sha256().equals(after.sha256()))
            .isPresent();
    return !sameBytes && after.sha256().equals(Binaries.hashIfRegular(layout, binary));
  }

  private boolean isTaken(StateDocument document, Intent intent, Path binary) {
    return document.plugins().entrySet().stream()
        .filter(plugin -> !plugin.getKey().equals(intent.name()))
        .anyMatch(
            plugin -> layout.binary(plugin.getValue().entry()).filter(binary::equals).isPresent());
  }

  private boolean finish(StateDocument document, Intent intent) throws IOException {
    try {
      layout.store().commit(document.with(intent.name(), intent.after()));
      return true;
    } catch (AtomicFile.NotDurable e) {
      throw e; // stands, but perhaps not for good: the intent must outlive it
    } catch (IOException _) {
      return false;
    }
  }

  private void undo(Intent intent, Path binary) throws IOException {
    if (intent.undo().isPresent()) {
      // By a second name or a copy beside it: what is kept may lie on another file system.
      var aside = layout.previous(intent.name()).resolve(intent.undo().get());
      var staged = layout.root().resolve(intent.staged());
      Binaries.linkOrCopy(aside, staged);
      Files.move(staged, binary, ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(binary);
    }
    AtomicFile.syncFolder(Binaries.folder(binary));
  }

  /**
   * The binary's path, once nothing in the intent leads anywhere else: it may have been tampered
   * with.
   */
  private Path checked(Intent intent) throws IOException {
    var binary = layout.binary(intent.after()).filter(path -> !layout.isReserved(path));
    boolean sound =
        Refusal.isName(intent.name())
            && binary.isPresent()
            && layout.guard().links(binary.get()).stream()
                .allMatch(f -> f.where().equals(binary.get()))
            && Layout.isStaged(intent.staged())
            && intent.undo().map(Previous::isKeptName).orElse(true)
            && layout.guard().links(layout.previous(intent.name())).isEmpty();
    if (!sound) {
      var path = layout.intent().path();
      throw Refusal.of(
          Reason.UNREADABLE,
          path + " speaks of files that no install would touch",
          path,
          "somebody has tampered with it: delete it and see what holds: rm "
              + Shell.quote(path)
              + " && cvt-plugins verify");
    }
    return binary.orElseThrow();
  }
}
