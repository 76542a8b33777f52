package dev.cvt.goplugin.orphan;

import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.posix.ProcessTable;
import dev.cvt.goplugin.posix.ProcessTable.Entry;
import dev.cvt.goplugin.posix.Signals;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the folders of hosts that were killed together with their watchdog, ends what still carries
 * their tokens, and removes them. A folder says in a file of its own whose it is; one that cannot
 * be judged from here (another user's, or from a container with its own process ids) is left alone.
 */
public record Leftovers(ProcessTable table, Signals signals, System.Logger logger) {
  private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");

  /** So many times one looks for carriers of a token: they may have children meanwhile. */
  private static final int ROUNDS = 20;

  /** In the instant in which a process executes another program, it shows no environment. */
  private static final Duration INSTANT = Duration.ofMillis(10);

  /**
   * What a host's file holds.
   *
   * @param pid the host's id
   * @param start when it was started, in clock ticks
   * @param namespace where that id counts
   * @param token what everything that it started is known by
   */
  public record Owner(long pid, long start, String namespace, String token) {

    /** This process; empty where there is no process table. */
    public static Optional<Owner> self(ProcessTable table, String token) {
      return table
          .find(ProcessHandle.current().pid())
          .map(self -> new Owner(self.pid(), self.start(), namespaceOfSelf(), token));
    }

    private static String namespaceOfSelf() {
      try {
        return Files.readSymbolicLink(PID_NAMESPACE).toString();
      } catch (IOException | UnsupportedOperationException e) {
        return "none";
      }
    }

    /** As the file has it. */
    public String print() {
      return String.join("\n", Long.toString(pid), Long.toString(start), namespace, token, "");
    }

    static Optional<Owner> read(Path file) {
      try {
        var lines = Files.readAllLines(file);
        return lines.size() < 4 || lines.get(3).isBlank()
            ? Optional.empty()
            : Optional.of(
                new Owner(
                    Long.parseLong(lines.get(0)),
                    Long.parseLong(lines.get(1)),
                    lines.get(2),
                    lines.get(3)));
      } catch (IOException | NumberFormatException e) {
        return Optional.empty(); // being made, or being removed
      }
    }
  }

  /**
   * Sweeps the parent of a host's folder.
   *
   * @param own this host's own folder, whose neighbours are looked at
   */
  public void sweep(Path own) {
    var self = Owner.self(table, "");
    var parent = own.getParent();
    if (self.isEmpty() || parent == null) {
      return;
    }
    try (var folders = Files.newDirectoryStream(parent, SocketFolder.PREFIX + "*")) {
      for (var folder : folders) {
        if (!folder.equals(own) && ours(folder, own)) {
          Owner.read(folder.resolve(SocketFolder.OWNER))
              .filter(owner -> dead(owner, self.get()))
              .ifPresent(owner -> clear(folder, owner));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      logger.log(Level.DEBUG, "no look at what killed hosts left in " + parent, e);
    }
  }

  /** Anybody may put a folder of such a name into a shared one: only the same user's counts. */
  private static boolean ours(Path folder, Path own) throws IOException {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own));
  }

  private boolean dead(Owner owner, Owner self) {
    return owner.namespace().equals(self.namespace())
        && table.find(owner.pid()).filter(e -> e.start() == owner.start() && !e.dead()).isEmpty();
  }

  private void clear(Path folder, Owner owner) {
    int ended = 0;
    boolean seenNone = false;
    for (int round = 0; round < ROUNDS; round++) {
      var carriers = table.all().stream().filter(e -> alive(e, owner)).toList();
      if (carriers.isEmpty()) {
        if (seenNone) {
          break;
        }
        LockSupport.parkNanos(INSTANT.toNanos()); // an interrupt has it look sooner
      }
      seenNone = carriers.isEmpty();
      for (var carrier : carriers) {
        ended += signals.send(carrier, Signals.Kind.KILL) ? 1 : 0;
      }
    }
    SocketFolder.remove(folder);
    logger.log(
        Level.WARNING,
        "swept what a killed host (process {0}) left: {1} and signals to {2} processes",
        Long.toString(owner.pid()),
        folder,
        ended);
  }

  private boolean alive(Entry process, Owner owner) {
    return !process.dead() && table.carries(process, owner.token());
  }
}
