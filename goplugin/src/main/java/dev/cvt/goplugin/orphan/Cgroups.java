package dev.cvt.goplugin.orphan;

import dev.cvt.goplugin.posix.Cgroup;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The control groups of one host: one for all, and in it one for each start. They are made below
 * the group that this process is in, so that its limits go on holding. Where none may be made,
 * which takes root or a tree that was handed over to this user, there are none, and descendants are
 * known by session and token alone. Thread-safe.
 */
public final class Cgroups implements AutoCloseable {
  private static final String PREFIX = "goplugin-";
  private static final Pattern NAME =
      Pattern.compile("goplugin-([0-9]+)-([0-9]+)-([0-9]+)-[0-9a-f]{8}");
  private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");

  private final ProcessTable table;
  private final Mounts mounts;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private @Nullable Path place;
  private @Nullable Cgroup own;
  private boolean tried;

  /** None is made yet. */
  public Cgroups(ProcessTable table, Mounts mounts) {
    this.table = table;
    this.mounts = mounts;
  }

  /** The one for all; made when first asked for. Empty where none may be made. */
  public Optional<Cgroup> own() {
    lock.lock();
    try {
      if (!tried) {
        tried = true;
        own = place().flatMap(Cgroups::make).orElse(null);
      }
      return Optional.ofNullable(own);
    } finally {
      lock.unlock();
    }
  }

  /** Where the one for all will be, if it may be made; so that somebody can take it away. */
  public Optional<Path> place() {
    lock.lock();
    try {
      if (place == null) {
        place = choose().orElse(null);
      }
      return Optional.ofNullable(place);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Path> choose() {
    Optional<Entry> self = table.find(ProcessHandle.current().pid());
    Optional<Path> parent = mounts.ownCgroup();
    if (self.isEmpty() || parent.isEmpty()) {
      return Optional.empty();
    }
    String random = UUID.randomUUID().toString().substring(0, 8);
    String name =
        PREFIX
            + String.join(
                "-",
                namespace(),
                Long.toString(self.get().pid()),
                Long.toString(self.get().start()),
                random);
    return Optional.of(parent.get().resolve(name));
  }

  private static Optional<Cgroup> make(Path folder) {
    try {
      Files.createDirectory(folder);
    } catch (IOException | UnsupportedOperationException e) {
      System.getLogger("dev.cvt.goplugin").log(Level.DEBUG, "no control group may be made", e);
      return Optional.empty();
    }
    var group = new Cgroup(folder);
    if (group.killable()) {
      return Optional.of(group);
    }
    group.remove(); // a kernel that cannot kill a group whole
    return Optional.empty();
  }

  /**
   * One for a start and all that comes of it.
   *
   * @param number different for each start
   */
  public Optional<Cgroup> forPlugin(long number) {
    return own().flatMap(all -> make(all.folder().resolve(Long.toString(number))));
  }

  /**
   * Ends what is in the groups of hosts that are dead, and takes the groups away; for hosts that
   * were killed together with their watchdog.
   */
  public void sweep() {
    mounts.ownCgroup().ifPresent(this::sweep);
  }

  private void sweep(Path parent) {
    try (var folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (dead(String.valueOf(folder.getFileName()))) {
          var group = new Cgroup(folder);
          group.kill();
          if (group.remove()) {
            System.getLogger("dev.cvt.goplugin")
                .log(Level.WARNING, "swept the control group of a killed host: " + folder);
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("dev.cvt.goplugin")
          .log(Level.DEBUG, "no look at what killed hosts left in " + parent, e);
    }
  }

  /** Process numbers of another container mean nothing here: what they name is left alone. */
  private boolean dead(String name) {
    var matcher = NAME.matcher(name);
    if (!matcher.matches() || !matcher.group(1).equals(namespace())) {
      return false;
    }
    long start = Long.parseLong(matcher.group(3));
    return table
        .find(Long.parseLong(matcher.group(2)))
        .filter(process -> process.start() == start && !process.dead())
        .isEmpty();
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(PID_NAMESPACE).toString().replaceAll("[^0-9]", "");
    } catch (IOException | UnsupportedOperationException e) {
      return "0";
    }
  }

  /** Takes the one for all away; those in it are gone by then. */
  @Override
  public void close() {
    Cgroup last;
    lock.lock();
    try {
      tried = true;
      last = own;
      own = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.kill();
      last.remove();
    }
  }
}
