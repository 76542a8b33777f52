package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Sha256;
import dev.cvt.pluginmgr.file.Stat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The binaries of one plugin that were replaced: the one that a rollback returns to, named by its
 * hash, and, while a swap is under way, whatever it replaces.
 */
record Previous(Layout layout, String plugin) {

  /** A file that is replaced without being the one that the state file speaks of. */
  private static final String UNREGISTERED = "unregistered";

  static boolean isKeptName(String name) {
    return name.equals(UNREGISTERED) || Sha256.isHash(name);
  }

  /**
   * Links aside, durably, what a swap is about to replace.
   *
   * @param binary the place that the new binary takes
   * @return the name under which the file in that place was kept, if there was one
   */
  Optional<String> keep(Path binary, Optional<Entry> before, String newHash) throws IOException {
    var hash = keepOld(before, newHash);
    if (hash.isPresent() && before.flatMap(layout::binary).filter(binary::equals).isPresent()) {
      return hash;
    }
    if (!Stat.exists(binary)) {
      return Optional.empty();
    }
    create();
    Binaries.linkOrCopy(binary, folder().resolve(UNREGISTERED));
    AtomicFile.syncFolder(folder());
    return Optional.of(UNREGISTERED);
  }

  /**
   * Links aside, durably, the binary that the present entry speaks of.
   *
   * @return the name under which it was kept, which is its hash; empty if it is not there, or an
   *     install of the very same bytes leaves nothing to return to
   */
  Optional<String> keepOld(Optional<Entry> before, String newHash) throws IOException {
    var old =
        before
            .filter(entry -> Sha256.isHash(entry.sha256()) && !entry.sha256().equals(newHash))
            .flatMap(layout::binary);
    if (old.isEmpty() || !layout.guard().links(old.get()).isEmpty() || !Stat.isFile(old.get())) {
      return Optional.empty();
    }
    var hash = before.orElseThrow().sha256();
    create();
    Binaries.linkOrCopy(old.get(), folder().resolve(hash));
    AtomicFile.syncFolder(folder());
    return Optional.of(hash);
  }

  /** The hash of the binary that a rollback returns to. */
  Optional<String> hash(Optional<Entry> current) {
    try {
      return names().stream()
          .filter(Sha256::isHash)
          .filter(name -> current.filter(entry -> entry.sha256().equals(name)).isEmpty())
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Deletes all but what the entry that was just replaced can be rolled back to. */
  void tidyAfter(Optional<Entry> before, Entry after) throws IOException {
    if (before.isPresent() && before.get().sha256().equals(after.sha256())) {
      tidy(before);
    } else {
      delete(name -> before.filter(entry -> entry.sha256().equals(name)).isEmpty());
    }
  }

  /** Deletes what only a swap needed that did not come about. */
  void tidy(Optional<Entry> current) throws IOException {
    delete(
        name ->
            name.equals(UNREGISTERED)
                || current.filter(entry -> entry.sha256().equals(name)).isPresent());
  }

  /** Deletes all of it. */
  void clear() throws IOException {
    delete(_ -> true);
  }

  Path folder() {
    return layout.previous(plugin);
  }

  private void create() throws IOException {
    Refusal.checkSafe(layout.guard().links(folder()));
    if (!Stat.isFolder(folder())) {
      Modes.createFolders(folder());
      AtomicFile.syncFolder(Binaries.folder(folder()));
      AtomicFile.syncFolder(layout.root());
    }
  }

  private void delete(Predicate<String> which) throws IOException {
    var names = names();
    for (var name : names) {
      if (which.test(name)) {
        Files.deleteIfExists(folder().resolve(name));
      }
    }
    if (Stat.isFolder(folder()) && names.stream().allMatch(which)) {
      Files.deleteIfExists(folder());
    }
  }

  /** What is kept; nothing that is reached through a link. */
  private List<String> names() throws IOException {
    if (!layout.guard().links(folder()).isEmpty()) {
      return List.of();
    }
    var names = new ArrayList<String>();
    try (var files = Files.newDirectoryStream(folder())) {
      for (var file : files) {
        var name = String.valueOf(file.getFileName());
        if (isKeptName(name)) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }
}
