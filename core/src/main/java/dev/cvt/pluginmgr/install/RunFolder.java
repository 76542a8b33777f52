package dev.cvt.pluginmgr.install;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.state.StateReader;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The private folder of one manager, {@code .run/PID-START} under the plugin root: the verified
 * binaries that it executes lie there, and the plugin names that it runs can be read off it, so
 * that {@code remove} can refuse. Thread-safe.
 */
public final class RunFolder implements AutoCloseable {

  private static final int MOST_MANAGERS = 1000;

  private final Layout layout;
  private final Path path;
  private final StateReader state;
  private final AtomicLong number = new AtomicLong();
  private final AtomicBoolean open = new AtomicBoolean(true);

  private RunFolder(Layout layout, Path path) {
    this.layout = layout;
    this.path = path;
    this.state = new StateReader(layout.store());
  }

  /**
   * Makes the folder of a new manager (0700) and sweeps those of managers that are dead.
   *
   * @throws Refused if the plugin root is not safe, or the folder cannot be made
   */
  public static RunFolder open(StateFile state) {
    var layout = Layout.of(state);
    try {
      Refusal.checkSafe(layout.guard().above());
      Refusal.checkSafe(layout.guard().links(layout.run()));
      Modes.createFolders(layout.run());
      Refusal.checkSafe(layout.guard().ownerAndMode(layout.root(), true));
      Refusal.checkSafe(layout.guard().ownerAndMode(layout.run(), true));
      RunningManagers.dead(layout).forEach(Tree::delete);
      return new RunFolder(layout, create(layout));
    } catch (IOException e) {
      throw Refusal.io("no plugin can be started", e, "none runs");
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** Where this manager may listen for those who ask how it is. Gone with the folder. */
  public Path socket() {
    return Layout.socket(path);
  }

  /** Says that this manager runs a plugin, also while it waits for a restart. Idempotent. */
  public void claim(String plugin) {
    Refusal.checkName(plugin);
    if (!open.get()) {
      throw new IllegalStateException("the run folder is closed: " + path);
    }
    try {
      Modes.createFolders(path.resolve(plugin));
    } catch (IOException e) {
      throw Refusal.io("plugin \"" + plugin + "\" cannot be started", e, "it does not run");
    }
  }

  /** Takes back a claim; the links of that plugin go too. Idempotent. */
  public void release(String plugin) {
    Refusal.checkName(plugin);
    Tree.delete(path.resolve(plugin));
  }

  /**
   * Links a plugin's installed binary into this folder and verifies the link: the state has an
   * entry, its path is the configured one, owners and modes are safe, the bytes have the recorded
   * hash. Where links are impossible it is a copy, and so it is for small scripts. Several may
   * exist of one plugin at a time. Claims it.
   *
   * @param placed is told where the binary lies before it is hashed
   * @throws Refused if anything of that does not hold, after a second look under the lock
   */
  public VerifiedBinary link(String plugin, Path configuredBinary, Placed placed)
      throws InterruptedException {
    return verified(plugin, configuredBinary, false, placed);
  }

  /** As {@link #link(String, Path, Placed)}, with nobody who wants to know before. */
  public VerifiedBinary link(String plugin, Path configuredBinary) throws InterruptedException {
    return link(plugin, configuredBinary, _ -> {});
  }

  /**
   * The same as a private copy, which no other manager or install touches: for the second try after
   * {@link VerifiedBinary#recheck} was refused as {@code TOUCHED}.
   */
  public VerifiedBinary copy(String plugin, Path configuredBinary, Placed placed)
      throws InterruptedException {
    return verified(plugin, configuredBinary, true, placed);
  }

  /** As {@link #copy(String, Path, Placed)}, with nobody who wants to know before. */
  public VerifiedBinary copy(String plugin, Path configuredBinary) throws InterruptedException {
    return copy(plugin, configuredBinary, _ -> {});
  }

  /** Hears where a binary lies whose bytes are yet to be verified. */
  @FunctionalInterface
  public interface Placed {
    /**
     * Not to be executed unless it comes back as a {@link VerifiedBinary}; what is told later, as
     * after a second look, takes the place of what was told before.
     */
    void at(Path executable);
  }

  /** Deletes the folder with all in it. Idempotent. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      Tree.delete(path);
    }
  }

  private VerifiedBinary verified(String plugin, Path configured, boolean copy, Placed placed)
      throws InterruptedException {
    claim(plugin); // before the state is read: see Remover
    var making = new Making(layout, plugin, configured.toAbsolutePath().normalize(), copy, placed);
    try {
      return making.make(state.read(), place(plugin));
    } catch (Refused first) {
      if (!Verifier.isWorthASecondLook(first)) {
        throw first;
      }
      try (var tx = Transaction.begin(layout, "plugin \"" + plugin + "\" could not be verified")) {
        return making.make(tx.current(), place(plugin));
      }
    }
  }

  private Path place(String plugin) {
    return path.resolve(plugin).resolve(Long.toString(number.incrementAndGet()));
  }

  /** Complete from its first instant: a sweeper of another container must not take it for dead. */
  private static Path create(Layout layout) throws IOException {
    var self = layout.self().toString();
    var fresh = layout.run().resolve(RunningManagers.unfinished(layout.self()));
    Modes.createFolders(fresh);
    World.write(fresh);
    for (int i = 1; ; i++) {
      var path = layout.run().resolve(i == 1 ? self : self + "." + i);
      try {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          return Files.move(fresh, path, ATOMIC_MOVE);
        }
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
        if (i == MOST_MANAGERS) {
          throw e;
        }
      } catch (FileSystemException e) {
        if (i == MOST_MANAGERS || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          Tree.delete(fresh);
          throw e;
        }
      }
    }
  }
}
