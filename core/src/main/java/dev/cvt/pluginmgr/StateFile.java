package dev.cvt.pluginmgr;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.pluginmgr.install.Inspector;
import dev.cvt.pluginmgr.install.Installer;
import dev.cvt.pluginmgr.install.Layout;
import dev.cvt.pluginmgr.install.Remover;
import dev.cvt.pluginmgr.install.Verifier;
import dev.cvt.pluginmgr.state.Printable;
import dev.cvt.pluginmgr.state.StateDocument;
import dev.cvt.pluginmgr.state.StateStore;
import dev.cvt.pluginmgr.state.Utf8Order;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is installed: the file {@code state.json} and the binaries under the plugin root that it
 * speaks of. An object of this type stands for the file, not for a value: every call looks at the
 * disk anew.
 *
 * <p>The file is the one of CVT's Go command, byte for byte, and both may work on one home at a
 * time: every change is one transaction under an exclusive {@code flock(2)} on {@code
 * state.json.lock}. A crash at any instant leaves the old state or the new one; an install that was
 * cut in two is finished by whoever takes the lock next. Reading takes no lock.
 *
 * <p>Paths may be of any file system provider (Jimfs in tests). On the default one the lock holds
 * between processes, on every other within this JVM.
 *
 * <p>Immutable and thread-safe. Waiting for the lock is bounded ({@link #lockTimeout}) and ends at
 * an interrupt. Every failure is a {@link Refused}, which says what is now true and what to do.
 */
public final class StateFile {

  /** How long a change waits for the lock unless told otherwise. */
  static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(10);

  private final Path path;
  private final Path pluginRoot;
  private final Duration lockTimeout;

  private StateFile(Path path, Path pluginRoot, Duration lockTimeout) {
    this.path = path;
    this.pluginRoot = pluginRoot;
    this.lockTimeout = lockTimeout;
  }

  /**
   * The state file at a given place. Neither it nor the folder needs to exist: the first install
   * makes both.
   *
   * @param stateJson the file, usually {@code state.json} in the plugin root
   * @param pluginRoot the folder under which every installed binary lies; of the same provider
   */
  public static StateFile at(Path stateJson, Path pluginRoot) {
    return new StateFile(
        stateJson.toAbsolutePath().normalize(),
        pluginRoot.toAbsolutePath().normalize(),
        DEFAULT_LOCK_TIMEOUT);
  }

  /** The state file that belongs to a config. */
  public static StateFile of(Config config) {
    return at(config.statePath(), config.pluginRoot());
  }

  /**
   * The state file of this user: {@code $HOME/.cvt/plugins/state.json}.
   *
   * @throws Refused if {@code HOME} is unset, empty or not absolute
   */
  public static StateFile standard() {
    return standard(Optional.ofNullable(System.getenv("HOME")).orElse(""));
  }

  static StateFile standard(String home) {
    if (home.isEmpty()) {
      throw noHome(
          "the environment variable HOME is not set, so there is no home folder to look in",
          "set HOME, or name the state file");
    }
    var root = Path.of(home, ".cvt", "plugins");
    if (!root.isAbsolute()) {
      throw noHome(
          "HOME is " + home + ", which is no absolute path",
          "set it to the absolute path of your home folder, or name the state file");
    }
    return at(root.resolve("state.json"), root);
  }

  private static Refused noHome(String what, String remedy) {
    return new Refused(Refused.Reason.NO_HOME, what, null, "", "", remedy, null);
  }

  /**
   * The same file, with another bound on the wait for its lock.
   *
   * @param timeout how long a change may wait while another process holds the lock; 10 s unless
   *     set; zero means one try
   * @throws IllegalArgumentException if negative
   */
  public StateFile lockTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("lock timeout is negative: " + timeout);
    }
    return new StateFile(path, pluginRoot, timeout);
  }

  /** The file itself, absolute. */
  public Path path() {
    return path;
  }

  /** The folder under which every installed binary lies, absolute. */
  public Path pluginRoot() {
    return pluginRoot;
  }

  /** How long a change waits for the lock. */
  public Duration lockTimeout() {
    return lockTimeout;
  }

  /**
   * Reads the file, without the lock. A missing file is an empty state.
   *
   * @throws Refused if it is empty, is not such a file, is of another version, or cannot be read
   */
  public Snapshot read() {
    return new StateStore(path).read().snapshot();
  }

  /**
   * Replaces the whole content, under the lock. What another process has changed since {@code s}
   * was read is lost: prefer {@link #install}, {@link #remove} and {@link #reset}. Keys of the file
   * that this version does not know are kept.
   *
   * @throws Refused if the file there cannot be read, or the new one not be written
   * @throws InterruptedException while waiting for the lock; nothing was changed
   */
  public void write(Snapshot s) throws InterruptedException {
    new Remover(layout()).write(s);
  }

  /**
   * Installs a plugin's binary: {@link #install(InstallRequest)} without expectations.
   *
   * @return the entry that now stands in the file
   */
  public Entry install(Path source, String name) throws InterruptedException {
    return install(InstallRequest.of(source, name)).entry();
  }

  /**
   * Installs a plugin's binary and records it, as one transaction: afterwards, even after a crash,
   * binary and entry are both the old ones or both the new ones.
   *
   * <p>A source under the plugin root stays where it is; any other is copied to the root under its
   * file name. A binary that runs is never opened for writing: the new one replaces it by rename.
   * The one that was replaced is kept for {@link #rollback}.
   *
   * @throws Refused if the name, the source or the place it would take is not fit, the hash is not
   *     the expected one, or the file system fails; nothing was changed then, unless it says so
   * @throws InterruptedException while copying or waiting for the lock; nothing was changed
   */
  public Installed install(InstallRequest r) throws InterruptedException {
    return new Installer(layout(), InstantSource.system()).install(r);
  }

  /** {@link #remove(String, boolean)}, unforced. */
  public void remove(String name) throws InterruptedException {
    remove(name, false);
  }

  /**
   * Forgets a plugin, then deletes its binary and what was kept for {@link #rollback}. A binary
   * that is already gone is fine; one that another entry names as well stays.
   *
   * @param force also if a manager runs the plugin; what runs already is not disturbed
   * @throws Refused if it is not installed, a manager runs it, or its entry points outside the
   *     plugin root
   * @throws InterruptedException while waiting for the lock; nothing was changed
   */
  public void remove(String name, boolean force) throws InterruptedException {
    new Remover(layout()).remove(name, force);
  }

  /** {@link #verify(Entry, Progress)}, without progress. */
  public Entry verify(Entry e) throws InterruptedException {
    return verify(e, Progress.none());
  }

  /**
   * Hashes an entry's binary again. A mismatch is believed only after a second look under the lock,
   * since an install replaces the binary an instant before it records the hash.
   *
   * @return the entry that the binary matches: {@code e}, or the one that an install has put in its
   *     place meanwhile
   * @throws Refused if the binary is missing or is not the one that was installed, or the entry is
   *     not one that can be verified (no full hash, a path outside the plugin root)
   * @throws InterruptedException while hashing or waiting for the lock
   */
  public Entry verify(Entry e, Progress progress) throws InterruptedException {
    return new Verifier(layout()).verify(e, progress);
  }

  /**
   * Puts the binary back that the last {@link #install} of this plugin replaced, at the path of the
   * present entry. What it replaces is kept in turn, so that a second rollback undoes the first.
   *
   * @return the entry that now stands in the file; its time is the time of the rollback
   * @throws Refused if the plugin is not installed, or nothing was kept
   * @throws InterruptedException while hashing or waiting for the lock; nothing was changed
   */
  public Entry rollback(String name) throws InterruptedException {
    return new Installer(layout(), InstantSource.system()).rollback(name);
  }

  /**
   * Forgets an entry and touches no binary: the way out when the entry itself is broken.
   *
   * @throws Refused if there is no such entry
   * @throws InterruptedException while waiting for the lock; nothing was changed
   */
  public void reset(String name) throws InterruptedException {
    new Remover(layout()).reset(name);
  }

  /**
   * All that is known of one installed plugin without hashing or locking anything.
   *
   * @throws Refused if it is not installed, or the file cannot be read
   */
  public Inspection inspect(String name) {
    return new Inspector(layout()).inspect(name);
  }

  private Layout layout() {
    return Layout.of(this);
  }

  /**
   * The content of the file at one moment. Immutable.
   *
   * @param version always 1; 0 is taken as 1
   * @param plugins by plugin name, ordered by the names' UTF-8 bytes
   */
  public record Snapshot(int version, SortedMap<String, Entry> plugins) {

    /** The version that this library reads and writes. */
    public static final int VERSION = 1;

    public Snapshot {
      if (version != 0 && version != VERSION) {
        throw new IllegalArgumentException("state version " + version + " is not " + VERSION);
      }
      version = VERSION;
      var sorted = new TreeMap<String, Entry>(Utf8Order.INSTANCE);
      sorted.putAll(plugins);
      plugins = Collections.unmodifiableSortedMap(sorted);
    }

    /** The same for a map in any order. */
    public static Snapshot of(Map<String, Entry> plugins) {
      var sorted = new TreeMap<String, Entry>(Utf8Order.INSTANCE);
      sorted.putAll(plugins);
      return new Snapshot(VERSION, sorted);
    }

    /** No plugin installed. */
    public static Snapshot empty() {
      return of(Map.of());
    }

    /**
     * Reads the text of a state file.
     *
     * @throws Refused if it is not one
     */
    public static Snapshot parse(String json) {
      try {
        return StateDocument.parse(json.getBytes(UTF_8)).snapshot();
      } catch (StateDocument.Unreadable e) {
        throw new Refused(
            Refused.Reason.UNREADABLE,
            "the text" + e.place() + " " + e.getMessage(),
            null,
            "",
            "",
            e.remedy(),
            e);
      }
    }

    /** The text of a state file, byte for byte as Go CVT writes it, with the newline at its end. */
    public String toJson() {
      return new String(StateDocument.of(this).toJson(), UTF_8);
    }
  }

  /**
   * One installed plugin.
   *
   * @param binaryPath where its binary lies; absolute, under the plugin root
   * @param sha256 the hash of that binary when it was installed: 64 hex digits, lower case. What
   *     was read from the file is kept as it was, even if it is none
   * @param installedAt when; whole seconds of UTC where this library writes it
   */
  public record Entry(String binaryPath, String sha256, OffsetDateTime installedAt) {

    public Entry {
      Objects.requireNonNull(binaryPath, "binaryPath");
      Objects.requireNonNull(sha256, "sha256");
      Objects.requireNonNull(installedAt, "installedAt");
      if (installedAt.getYear() < 0 || installedAt.getYear() > 9999) {
        throw new IllegalArgumentException("no file has room for the year of " + installedAt);
      }
    }

    /** The first 12 digits of the hash, enough for people; fewer if there are fewer. */
    public String shortSha256() {
      return sha256.length() <= 12 ? sha256 : sha256.substring(0, 12);
    }
  }

  /**
   * What is to be installed. Immutable; {@code of} and the two methods that name an extra are the
   * way to make one.
   *
   * @param source the bytes
   * @param name the plugin's name: {@code [a-z][a-z0-9-]{0,31}}
   * @param sha256 the hash that the bytes must have, 64 hex digits of either case; empty if any
   *     will do
   * @param progress told how far copying and hashing are
   */
  public record InstallRequest(
      Source source, String name, Optional<String> sha256, Progress progress) {

    public InstallRequest {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sha256, "sha256");
      Objects.requireNonNull(progress, "progress");
    }

    /** A file: regular, executable, not a link. */
    public static InstallRequest of(Path source, String name) {
      return new InstallRequest(new Source.File(source), name, Optional.empty(), Progress.none());
    }

    /** A stream, installed as {@code cvt-plugin-NAME}; read to its end, not closed. */
    public static InstallRequest of(InputStream bytes, String name) {
      return new InstallRequest(
          new Source.Stream(bytes, "cvt-plugin-" + name), name, Optional.empty(), Progress.none());
    }

    /** The same, refused unless the bytes have this SHA-256. */
    public InstallRequest expecting(String sha256) {
      return new InstallRequest(source, name, Optional.of(sha256), progress);
    }

    /** The same, with someone told how far it is. */
    public InstallRequest reporting(Progress listener) {
      return new InstallRequest(source, name, sha256, listener);
    }

    /** Where the bytes come from. */
    public sealed interface Source {

      /** A file. */
      record File(Path path) implements Source {}

      /**
       * A stream, such as standard input.
       *
       * @param fileName the name of the file that it becomes under the plugin root
       */
      record Stream(InputStream bytes, String fileName) implements Source {}
    }
  }

  /**
   * What an install did.
   *
   * @param entry what now stands in the state file
   * @param replaced what stood there before
   * @param copied whether the binary was copied into the plugin root; false if it lay there already
   */
  public record Installed(Entry entry, Optional<Entry> replaced, boolean copied) {}

  /**
   * What is known of an installed plugin.
   *
   * @param name its name
   * @param entry what the state file says
   * @param binary the binary as it lies there now; empty if there is none, or it may not be looked
   *     at
   * @param problem what a start would refuse, short of hashing: a missing binary, a path outside
   *     the plugin root, a link, an owner, a mode
   * @param previous the hash that {@link #rollback} would return to
   * @param running the managers that run it now
   */
  public record Inspection(
      String name,
      Entry entry,
      Optional<Binary> binary,
      Optional<Refused> problem,
      Optional<String> previous,
      List<Running> running) {

    public Inspection {
      running = List.copyOf(running);
    }

    /**
     * Facts of the file.
     *
     * @param size in bytes
     * @param mode as {@code ls} spells it, {@code rwx------}; empty where there are no modes
     * @param owner as the system spells it; empty where there are no owners
     * @param modified when its content was last written
     */
    public record Binary(long size, String mode, String owner, OffsetDateTime modified) {}
  }

  /**
   * A manager that runs a plugin.
   *
   * @param pid its process
   * @param command the program and arguments of that process; empty where the system does not tell
   */
  public record Running(long pid, String command) {}

  /** Told how far a long step is. Called often, from the thread that works: be quick. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Called at the start of a step, now and then, and at its end.
     *
     * @param step what is being done
     * @param done bytes done, from 0 up
     * @param total bytes in all; -1 if unknown, as for a stream
     */
    void at(Step step, long done, long total);

    /** Tells nobody. */
    static Progress none() {
      return (step, done, total) -> {};
    }

    /** The steps that take time. */
    enum Step {
      COPY,
      HASH
    }
  }

  /**
   * Something about the installed plugins is not as it must be, or was asked for what cannot be.
   * The message is the fact, then what to do about it.
   */
  public static final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String what;
    private final transient @Nullable Path where;
    private final String expected;
    private final String found;
    private final String remedy;

    /**
     * A failure with all its facts.
     *
     * @param reason which kind
     * @param what the fact, complete in itself, without a full stop
     * @param where the file it is about, if it is about one
     * @param expected what had to be there; empty if nothing can be compared
     * @param found what was there instead; empty if nothing can be compared
     * @param remedy what to do about it
     * @param cause what the system said
     */
    public Refused(
        Reason reason,
        String what,
        @Nullable Path where,
        String expected,
        String found,
        String remedy,
        @Nullable Throwable cause) {
      super(Printable.of(what + "; " + remedy), cause);
      this.reason = Objects.requireNonNull(reason, "reason");
      this.what = Printable.of(what);
      this.where = where;
      this.expected = expected;
      this.found = found;
      this.remedy = Printable.of(remedy);
    }

    /** Which kind of failure, for programs. */
    public Reason reason() {
      return reason;
    }

    /** The fact, without the remedy. */
    public String what() {
      return what;
    }

    /** The file that it is about. */
    public Optional<Path> where() {
      return Optional.ofNullable(where);
    }

    /** What had to be there, whole (a hash has all 64 digits); empty if nothing can be compared. */
    public String expected() {
      return expected;
    }

    /** What was there instead, whole; empty if nothing can be compared. */
    public String found() {
      return found;
    }

    /** What to do about it. */
    public String remedy() {
      return remedy;
    }

    /** The kinds of failure. May gain constants. */
    public enum Reason {
      /** There is no home folder to look in. */
      NO_HOME,
      /** Not a plugin name. */
      BAD_NAME,
      /** No entry of that name. */
      NOT_INSTALLED,
      /** The source of an install is not a file that can be one. */
      BAD_SOURCE,
      /** The place belongs to another plugin, or to the manager itself. */
      TAKEN,
      /** The bytes do not have the hash that the installer named. */
      UNEXPECTED_HASH,
      /** A path that leaves the plugin root, or is not the one that the config names. */
      BAD_PATH,
      /** An owner, a mode or a link by which somebody else could exchange a file. */
      UNSAFE,
      /** The binary is gone. */
      MISSING,
      /** The binary's mode lets nobody execute it. */
      NOT_EXECUTABLE,
      /** The state file holds no full hash, so nothing can be verified. */
      BAD_HASH,
      /** The binary is not the one that was installed. */
      MISMATCH,
      /** The binary was exchanged or edited while it was being started. */
      EXCHANGED,
      /**
       * The bytes are still the right ones, but the file was linked, unlinked or written to while
       * it was being started, so that nobody can say what ran: to be started again from a private
       * copy.
       */
      TOUCHED,
      /** The state file, or the note of an unfinished install, cannot be understood. */
      UNREADABLE,
      /** The lock was not to be had in time. */
      BUSY,
      /** This file system cannot lock. */
      NO_LOCKS,
      /** A manager runs the plugin. */
      RUNNING,
      /** Nothing was kept to roll back to. */
      NO_PREVIOUS,
      /** The file system failed: full, read-only, not permitted. */
      IO
    }
  }
}
