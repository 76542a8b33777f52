package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.file.AtomicFile;
import dev.cvt.pluginmgr.file.PathGuard;
import dev.cvt.pluginmgr.file.ProcessId;
import dev.cvt.pluginmgr.state.StateStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Where everything lies.
 *
 * @param root the plugin root; absolute and normalized, like the next
 * @param state the state file, usually in the root
 * @param lockTimeout how long a change waits for the lock
 * @param self this process, for the names of what it makes
 */
public record Layout(Path root, Path state, Duration lockTimeout, ProcessId self) {

  private static final String PREVIOUS = ".previous";
  private static final String RUN = ".run";
  private static final String SOCKET = ".socket";
  private static final String STAGED = ".staged-";
  private static final Pattern STAGED_NAME =
      Pattern.compile("\\.staged-([0-9]+-[0-9]+)-([0-9a-f]{8})-[0-9]+");
  // What Go CVT makes while it copies: BASE.tmp-DIGITS.
  private static final Pattern GO_TEMP = Pattern.compile(".+\\.tmp-[0-9]+");

  /** Where everything lies that belongs to a state file. */
  public static Layout of(StateFile file) {
    return new Layout(file.pluginRoot(), file.path(), file.lockTimeout(), ProcessId.current());
  }

  PathGuard guard() {
    return new PathGuard(root);
  }

  StateStore store() {
    return new StateStore(state);
  }

  Path lock() {
    return state.resolveSibling(state.getFileName() + ".lock");
  }

  AtomicFile intent() {
    var name = state.getFileName() + ".intent";
    return new AtomicFile(state.resolveSibling(name), name + "-", ".tmp");
  }

  /** Where the binaries that installs replaced are kept. */
  Path previous() {
    return root.resolve(PREVIOUS);
  }

  /** Where those of one plugin are kept. */
  Path previous(String plugin) {
    return previous().resolve(plugin);
  }

  /** Where the managers' private folders lie. */
  Path run() {
    return root.resolve(RUN);
  }

  /** Through which a manager can be asked, in its folder; no plugin has such a name. */
  static Path socket(Path folder) {
    return folder.resolve(SOCKET);
  }

  /** A new name for a binary on its way in; says whose it is. */
  Path staged() {
    int n = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    return root.resolve(STAGED + self + "-" + world() + "-" + n);
  }

  /** The process that staged a file, if it is one of this boot and container. */
  static Optional<ProcessId> stagedBy(String fileName) {
    var matcher = STAGED_NAME.matcher(fileName);
    return matcher.matches() && matcher.group(2).equals(world())
        ? ProcessId.parse(matcher.group(1))
        : Optional.empty();
  }

  static boolean isStaged(String fileName) {
    return STAGED_NAME.matcher(fileName).matches();
  }

  static boolean isGoTemp(String fileName) {
    return GO_TEMP.matcher(fileName).matches();
  }

  /** Whether a path under the root is one that the manager itself uses. */
  boolean isReserved(Path path) {
    if (path.equals(state) || path.equals(lock()) || path.equals(intent().path())) {
      return true;
    }
    var first = root.relativize(path).getName(0).toString();
    var name = String.valueOf(path.getFileName());
    return first.equals(PREVIOUS)
        || first.equals(RUN)
        || name.startsWith(STAGED)
        || isGoTemp(name)
        || store().isTemp(name)
        || intent().isTemp(name);
  }

  /** The path of an entry's binary, if it lies under the root. */
  Optional<Path> binary(Entry entry) {
    return path(entry.binaryPath()).filter(guard()::contains).map(Path::normalize);
  }

  /** An absolute path as a text gives it. */
  Optional<Path> path(String text) {
    try {
      return Optional.of(root.getFileSystem().getPath(text)).filter(Path::isAbsolute);
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }

  private static String world() {
    return HexFormat.of().toHexDigits(ProcessId.world().hashCode());
  }
}
