package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.file.ProcessId;
import dev.cvt.pluginmgr.file.Stat;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes what dead processes left behind, under the lock. Tidiness only: what cannot be deleted
 * now is tried again by the next.
 */
record Sweeper(Layout layout) {

  // Of processes in other containers nobody here knows whether they live, nor of a thread of ours.
  private static final Duration SURELY_DEAD = Duration.ofDays(1);

  void sweep(StateDocument document) {
    var installed = new HashSet<Path>();
    document
        .plugins()
        .values()
        .forEach(plugin -> layout.binary(plugin.entry()).ifPresent(installed::add));
    var folders = new HashSet<>(Set.of(layout.root()));
    var folder = layout.state().getParent();
    if (folder != null) {
      folders.add(folder);
    }
    folders.forEach(f -> sweep(f, installed));
    sweepPrevious(document);
  }

  /** What a swap linked aside that died before it had written its intent. */
  private void sweepPrevious(StateDocument document) {
    var folder = layout.previous();
    try (var plugins = Files.newDirectoryStream(folder)) {
      for (var plugin : plugins) {
        var name = String.valueOf(plugin.getFileName());
        if (!Stat.isFolder(plugin) || !Stat.isFolder(folder)) {
          continue; // not of our making
        }
        var previous = new Previous(layout, name);
        var entry = document.entry(name);
        if (entry.isPresent()) {
          previous.tidy(entry);
        } else if (Refusal.isName(name)) {
          previous.clear();
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // none yet, or the next transaction comes along here as well
    }
  }

  private void sweep(Path folder, Set<Path> installed) {
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        if (!installed.contains(file) && isLeftover(folder, file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // the next transaction comes along here as well
    }
  }

  private boolean isLeftover(Path folder, Path file) throws IOException {
    var name = String.valueOf(file.getFileName());
    boolean ours =
        folder.equals(layout.state().getParent())
            && (layout.store().isTemp(name) || layout.intent().isTemp(name));
    boolean theirs = folder.equals(layout.root()) && Layout.isGoTemp(name);
    // Both are only made under the lock, which we hold.
    return ((ours || theirs) && Stat.isFile(file))
        || (folder.equals(layout.root()) && Layout.isStaged(name) && isAbandoned(file, name));
  }

  private boolean isAbandoned(Path file, String name) throws IOException {
    var owner = Layout.stagedBy(name);
    // Our own are another thread's, or those that could not be deleted when they should have been.
    boolean another = owner.isPresent() && !owner.equals(Optional.of(layout.self()));
    return another
        ? !owner.map(ProcessId::isAlive).orElse(false)
        : Files.getLastModifiedTime(file, NOFOLLOW_LINKS)
            .toInstant()
            .isBefore(Instant.now().minus(SURELY_DEAD));
  }
}
