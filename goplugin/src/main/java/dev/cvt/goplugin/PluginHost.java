package dev.cvt.goplugin;

import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.ChildEnvironment;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.launch.Lookout;
import dev.cvt.goplugin.launch.Preflight;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.orphan.Census;
import dev.cvt.goplugin.orphan.Cgroups;
import dev.cvt.goplugin.orphan.Leftovers.Owner;
import dev.cvt.goplugin.orphan.Watchdog;
import dev.cvt.goplugin.posix.BestSignals;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcessTable;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The host of any number of plugins: one thread that forks, one that moves bytes, one private
 * folder for sockets, one watchdog. One per program, or per part of a program that stops on its
 * own; two do not disturb each other. Thread-safe. Nothing runs until the first start, and nothing
 * is left after {@link #close}.
 */
public final class PluginHost implements AutoCloseable {
  private final Builder settings;
  private final AtomicLong numbers = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition noneStarting = lock.newCondition();
  private final Set<Starting> starting = new HashSet<>(); // guarded by lock
  private final Set<RunningPlugin> running = new HashSet<>(); // guarded by lock
  private final Set<PreparedStart> prepared = new HashSet<>(); // guarded by lock
  private @Nullable HostParts parts; // guarded by lock
  private @Nullable Thread preparing; // guarded by lock
  private boolean closed; // guarded by lock

  private PluginHost(Builder settings) {
    this.settings = settings;
  }

  /** Begins a host. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a program and waits until it can be called. Any number of starts may run at once.
   *
   * @throws StartFailure if it does not become a plugin that answers; nothing of it is left
   * @throws InterruptedException if interrupted, in whatever phase; nothing of it is left
   * @throws IllegalStateException if this host was closed before
   */
  public RunningPlugin start(Launch launch) throws StartFailure, InterruptedException {
    return run(admit(launch));
  }

  /**
   * Begins to start a program without executing any of it, for those who first look whether it is
   * the right one: what comes before its first instruction takes as long as to hash 20 MB of it.
   * Returns at once, and the rest is done on a thread of its own: the program is looked at, its
   * folder made, and, where the system allows it, the very process made that the program will run
   * in, which waits. The program's file must be there; what it holds may change until it is
   * started.
   *
   * @return what is to be started or closed, or else closes with this host
   * @throws IllegalStateException if this host was closed before
   */
  public PreparedStart prepare(Launch launch) {
    lock.lock();
    try {
      var attempt = new Starting(parts(), launch, numbers.incrementAndGet());
      var start = new PreparedStart(this, attempt, launch.name());
      attempt.prepare();
      starting.add(attempt);
      prepared.add(start);
      return start;
    } finally {
      lock.unlock();
    }
  }

  /** Starts what was prepared, or admitted. */
  RunningPlugin run(Starting attempt) throws StartFailure, InterruptedException {
    var plugin = Optional.<RunningPlugin>empty();
    try {
      plugin = Optional.of(attempt.run());
      return plugin.get();
    } finally {
      settle(attempt, plugin);
    }
  }

  /**
   * Does what the first start would do first, on a thread of its own: starts the watchdog and loads
   * what a connection needs. Saves milliseconds, some ten of them in a cold JVM, where there is
   * something else to do before, as to read or to hash the program. Returns at once; only the first
   * call does anything, and what goes wrong is told by the start.
   *
   * @throws IllegalStateException if this host was closed before
   */
  public void prepare() {
    lock.lock();
    try {
      var made = parts();
      if (preparing == null) {
        preparing =
            Thread.ofPlatform()
                .daemon()
                .name("goplugin-prepare-" + settings.name)
                .start(() -> prepare(made));
      }
    } finally {
      lock.unlock();
    }
  }

  private static void prepare(HostParts parts) {
    parts.loop().prepare(Optional.empty());
    try {
      parts.guard();
    } catch (Refusal e) {
      return; // the start meets it again, and says so
    }
  }

  private Starting admit(Launch launch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var attempt = new Starting(parts(), launch, numbers.incrementAndGet());
      starting.add(attempt);
      return attempt;
    } finally {
      lock.unlock();
    }
  }

  /** By the holder of the lock. */
  private HostParts parts() {
    if (closed) {
      throw new IllegalStateException("plugin host " + settings.name + " is closed");
    }
    var made = parts;
    if (made == null) {
      made = makeParts();
      parts = made;
    }
    return made;
  }

  private HostParts makeParts() {
    var forker = new Forker(settings.name);
    if (!forker.ownSessions()) {
      settings.logger.log(
          Level.WARNING,
          "no setsid command: plugins share this program's session, and a signal from its terminal"
              + " reaches them");
    }
    var table = ProcessTable.system(forker::output);
    var loop = new EventLoop(settings.name);
    var token = UUID.randomUUID().toString();
    return new HostParts(
        Preflight.system(),
        forker,
        loop,
        new Lookout(loop::after),
        new SocketFolder(settings.folder, Owner.self(table, token).map(Owner::print)),
        table,
        new Census(table),
        new BestSignals(table),
        token,
        Optional.ofNullable(System.getenv(ChildEnvironment.MARK)).orElse(""),
        this::forget,
        new Cgroups(table, Mounts.system()),
        settings.orphanGuard
            ? Optional.of(new Watchdog(forker, token, settings.logger))
            : Optional.empty(),
        new AtomicBoolean(),
        settings.logger);
  }

  /** Leaves nothing of what was only prepared. */
  void giveUp(Starting attempt) {
    try {
      attempt.abandon();
    } finally {
      settle(attempt, Optional.empty());
    }
  }

  /** It was started, or closed. */
  void used(PreparedStart start) {
    lock.lock();
    try {
      prepared.remove(start);
    } finally {
      lock.unlock();
    }
  }

  private void settle(Starting attempt, Optional<RunningPlugin> plugin) {
    lock.lock();
    try {
      plugin.filter(p -> !p.released()).ifPresent(running::add);
      starting.remove(attempt);
      if (starting.isEmpty()) {
        noneStarting.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(RunningPlugin plugin) {
    lock.lock();
    try {
      running.remove(plugin);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up every start that is under way, stops all plugins in parallel, removes the folder. Each
   * step is bounded by the graces of the launches. Idempotent; a second call waits for the first
   * one's plugins too. If interrupted, it kills at once, and stays interrupted.
   */
  @Override
  public void close() {
    var plugins = endStarts();
    plugins.forEach(plugin -> plugin.beginStop(Duration.ZERO));
    plugins.forEach(RunningPlugin::close);
    awaitPreparation();
    lock.lock();
    try {
      if (parts != null) {
        parts.loop().close();
        parts.cgroups().close();
        parts.sockets().close();
        // Not before there is nothing left that it would have to take away.
        parts.watchdog().ifPresent(Watchdog::close);
        parts.forker().close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A fork and a folder, at most. */
  private void awaitPreparation() {
    Thread last;
    lock.lock();
    try {
      last = preparing;
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (last != null && last.isAlive()) {
      try {
        last.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** From here on nothing starts. */
  private List<RunningPlugin> endStarts() {
    List<PreparedStart> idle;
    lock.lock();
    try {
      closed = true;
      starting.forEach(Starting::hostCloses);
      idle = List.copyOf(prepared);
    } finally {
      lock.unlock();
    }
    idle.forEach(PreparedStart::hostCloses);
    lock.lock();
    try {
      while (!starting.isEmpty()) {
        noneStarting.awaitUninterruptibly(); // each gives up at once, and its clean-up is bounded
      }
      return List.copyOf(running);
    } finally {
      lock.unlock();
    }
  }

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private String name = "goplugin";
    private Optional<Path> folder = Optional.empty();
    private boolean orphanGuard = true;
    private System.Logger logger = System.getLogger("dev.cvt.goplugin");

    private Builder() {}

    private Builder(Builder other) {
      name = other.name;
      folder = other.folder;
      orphanGuard = other.orphanGuard;
      logger = other.logger;
    }

    /** The name in logs and thread names. Default {@code goplugin}. */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /**
     * The folder in which the private one for sockets is made; a short path, since that of a socket
     * must fit into a socket address. Default: the system's temporary folder.
     */
    public Builder folder(Path folder) {
      this.folder = Optional.of(folder);
      return this;
    }

    /**
     * Whether a watchdog process ends what this host leaves when it is killed. Default: yes. It is
     * started with the first plugin.
     */
    public Builder orphanGuard(boolean on) {
      this.orphanGuard = on;
      return this;
    }

    /** Where this library's own log goes, and the plugins' unless a launch says otherwise. */
    public Builder logger(System.Logger logger) {
      this.logger = logger;
      return this;
    }

    /** The host; nothing runs until the first start. */
    public PluginHost build() {
      return new PluginHost(new Builder(this));
    }
  }
}
