package dev.cvt.pluginmgr.faults;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * What has been done and not yet synced, with the way to undo it: a name is safe once its folder
 * was synced, content once its file was. Works on the paths of the file system below.
 */
final class Journal {

  private record Change(Set<Path> folders, Undo undo) {}

  private interface Undo {
    void run() throws IOException;
  }

  private final Path stash;
  private final Deque<Change> changes = new ArrayDeque<>(); // guarded by this, like the next two
  private final Set<Object> dirty = new HashSet<>();
  private int stashed;

  /**
   * A journal.
   *
   * @param stash a folder on the same file system for what was deleted or replaced
   */
  Journal(Path stash) {
    this.stash = stash;
  }

  synchronized void created(Path path) {
    changes.addLast(new Change(folderOf(path), () -> Files.deleteIfExists(path)));
  }

  /** To be called before a deletion. */
  synchronized void deleting(Path path) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      changes.addLast(new Change(folderOf(path), () -> Files.createDirectory(path)));
    } else if (Files.exists(path, NOFOLLOW_LINKS)) {
      var kept = keep(path);
      changes.addLast(new Change(folderOf(path), () -> Files.move(kept, path, REPLACE_EXISTING)));
    }
  }

  /** To be called before a rename; what it returns, after it succeeded. */
  synchronized Runnable moving(Path from, Path to) throws IOException {
    var kept =
        Files.exists(to, NOFOLLOW_LINKS) && !Files.isDirectory(to, NOFOLLOW_LINKS)
            ? keep(to)
            : null;
    var change =
        new Change(
            both(from, to),
            () -> {
              Files.move(to, from, REPLACE_EXISTING);
              if (kept != null) {
                Files.move(kept, to, REPLACE_EXISTING);
              }
            });
    return () -> add(change);
  }

  synchronized void wrote(Path path) throws IOException {
    dirty.add(key(path));
  }

  synchronized void synced(Path path) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      for (var change : changes) {
        change.folders().remove(path);
      }
      changes.removeIf(change -> change.folders().isEmpty());
    } else {
      dirty.remove(key(path));
    }
  }

  /** Takes back every name and empties every file that was not synced. */
  synchronized void cutPower(Path root) throws IOException {
    while (!changes.isEmpty()) {
      changes.removeLast().undo().run();
    }
    var files = new ArrayList<Path>();
    try (var all = Files.walk(root)) {
      all.filter(path -> Files.isRegularFile(path, NOFOLLOW_LINKS)).forEach(files::add);
    }
    for (var file : files) {
      if (dirty.contains(key(file))) {
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    }
  }

  private static Set<Path> folderOf(Path path) {
    return new HashSet<>(Set.of(path.getParent()));
  }

  private static Set<Path> both(Path from, Path to) {
    var folders = folderOf(from);
    folders.add(to.getParent());
    return folders;
  }

  private synchronized void add(Change change) {
    changes.addLast(change);
  }

  private Path keep(Path path) throws IOException {
    return Files.createLink(stash.resolve("kept-" + stashed++), path);
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey();
  }
}
