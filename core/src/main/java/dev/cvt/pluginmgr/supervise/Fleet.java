package dev.cvt.pluginmgr.supervise;

import dev.cvt.goplugin.PluginHost;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.install.RunFolder;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All plugins of a manager, from one start to one stop: started together, changed together, stopped
 * together. Thread-safe; a stop may come at any moment, also in the middle of a start or a change.
 */
public final class Fleet {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  private final StateFile state;
  private final PluginMetrics metrics;
  private final Masks masks;
  private final Announcer announcer;
  private final Map<String, String> hostEnvironment;

  /** Held for the whole of a start or a change, so that there is one at a time. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Guards the fields below; held for moments. */
  private final ReentrantLock guard = new ReentrantLock();

  /** Every supervisor that has begun and not ended, those in the wings included. */
  private final List<Supervisor> alive = new ArrayList<>();

  private boolean stopping;
  private @Nullable RunFolder folder;
  private @Nullable PluginHost host;

  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();

  /** Written while {@link #changing} is held. */
  private volatile SortedMap<String, Unit> units = Collections.emptySortedMap();

  /** A plugin of the configuration, its name, and its owner. */
  private record Unit(Config.Plugin plugin, Member member, Supervisor supervisor) {}

  /** How the first launch of a unit ended: well, with a failure, or not at all. */
  private record Answer(Unit unit, Optional<Failure> failure, boolean stopped) {}

  /** The plugins did not come up, or the change did not come about; nothing of it is left. */
  public static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<Failure> failures;

    Failed(List<Failure> failures) {
      super(failures.getFirst().message());
      this.failures = List.copyOf(failures);
    }

    /** What went wrong, the first one first; never empty. */
    public List<Failure> failures() {
      return failures;
    }
  }

  /** Somebody stopped the fleet in the middle. */
  public static final class Stopped extends Exception {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("the plugins were stopped meanwhile");
    }
  }

  /**
   * A fleet of nothing yet.
   *
   * @param hostEnvironment the variables from which the plugins' own are chosen
   */
  public Fleet(
      StateFile state,
      PluginMetrics metrics,
      Masks masks,
      Announcer announcer,
      Map<String, String> hostEnvironment) {
    this.state = state;
    this.metrics = metrics;
    this.masks = masks;
    this.announcer = announcer;
    this.hostEnvironment = Map.copyOf(hostEnvironment);
  }

  /**
   * The plugin of that name.
   *
   * @throws NullPointerException if there is none
   */
  public Member member(String name) {
    return Objects.requireNonNull(units.get(name), name).member();
  }

  /** How each plugin stands, by name. */
  public SortedMap<String, Standing> standings() {
    var all = new TreeMap<String, Standing>();
    units.forEach((name, unit) -> all.put(name, unit.supervisor().standing()));
    return all;
  }

  /** Lets a plugin that is down try again at once; nothing happens where there is none. */
  public void reset(String name) {
    Unit unit = units.get(name);
    if (unit != null) {
      unit.supervisor().reset();
    }
  }

  /**
   * Starts all plugins at once and waits for them. To be called once. If it throws, nothing is left
   * and the metrics are as before.
   *
   * @throws Failed if a plugin that must not fail did
   * @throws Stopped if {@link #stop} came in between
   */
  public void start(Config config) throws Failed, Stopped, InterruptedException {
    if (config.plugins().isEmpty()) {
      return;
    }
    changing.lockInterruptibly();
    try {
      prepare(config);
      var begun = new TreeMap<String, Unit>();
      for (Config.Plugin plugin : config.plugins().values()) {
        begun.put(
            plugin.name(), unit(plugin, config, new Member(plugin.name(), metrics), false, 0));
      }
      units = begun;
      begun.values().forEach(unit -> unit.member().own(unit.supervisor()));
      begin(begun.values());
      awaitFirst(begun.values(), List.of());
    } catch (Failed | Stopped | InterruptedException | RuntimeException e) {
      stop();
      config.plugins().keySet().forEach(metrics::forget);
      throw e;
    } finally {
      changing.unlock();
    }
  }

  /** Opens what all plugins share, once. */
  private void prepare(Config config) throws Failed, Stopped {
    config.plugins().values().forEach(masks::learn);
    guard.lock();
    try {
      if (stopping) {
        throw new Stopped();
      }
      if (folder == null) {
        folder = RunFolder.open(state);
      }
      if (host == null) {
        host = PluginHost.builder().name("cvt-plugin").build();
      }
      config.plugins().keySet().forEach(folder::claim);
    } catch (StateFile.Refused e) {
      throw new Failed(List.of(refused(e)));
    } finally {
      guard.unlock();
    }
  }

  private static Failure refused(StateFile.Refused e) {
    return new Failure(
        "",
        Stage.VERIFY,
        e.reason().name(),
        e.what(),
        e.remedy(),
        Optional.empty(),
        "",
        new TreeMap<>(),
        Instant.now(),
        e);
  }

  /**
   * A unit with a new supervisor.
   *
   * @param probed whether its first launch must succeed, health check included
   */
  private Unit unit(
      Config.Plugin plugin, Config config, Member member, boolean probed, long restarts) {
    Policy policy = Policy.of(plugin);
    Run.Launcher launcher =
        new ProcessLauncher(
            plugin,
            ChildEnvironment.of(plugin, config.plugins(), hostEnvironment),
            required(folder),
            required(host),
            masks);
    Supervisor supervisor =
        new Supervisor(
            member,
            probed ? policy.failing() : policy,
            probed ? new Probe(plugin, launcher) : launcher,
            new View(plugin),
            restarts);
    return new Unit(plugin, member, supervisor);
  }

  private static <T> T required(@Nullable T opened) {
    if (opened == null) {
      throw new IllegalStateException("not prepared");
    }
    return opened;
  }

  /** Begins the supervisors, unless somebody has stopped the fleet. */
  private void begin(Collection<Unit> begun) throws Stopped {
    guard.lock();
    try {
      if (stopping) {
        throw new Stopped();
      }
      for (Unit unit : begun) {
        Supervisor supervisor = unit.supervisor();
        alive.add(supervisor);
        var _ = supervisor.ended().thenRun(() -> bury(supervisor));
        supervisor.begin();
      }
    } finally {
      guard.unlock();
    }
  }

  private void bury(Supervisor supervisor) {
    guard.lock();
    try {
      alive.remove(supervisor);
    } finally {
      guard.unlock();
    }
  }

  /**
   * Waits until the first launch of each has ended.
   *
   * @param needed those that may not fail, whatever their policy
   * @throws Failed with the first that failed and may not; others that have failed by then follow
   */
  private void awaitFirst(Collection<Unit> begun, Collection<Unit> needed)
      throws Failed, Stopped, InterruptedException {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    for (Unit unit : begun) {
      var _ =
          unit.supervisor()
              .first()
              .whenComplete(
                  (failure, stopped) ->
                      answers.add(
                          new Answer(
                              unit,
                              stopped == null ? failure : Optional.empty(),
                              stopped != null)));
    }
    for (int i = 0; i < begun.size(); i++) {
      Answer answer = answers.take();
      if (answer.stopped()) {
        throw new Stopped();
      }
      if (answer.failure().isEmpty()) {
        continue;
      }
      Failure failure = answer.failure().get();
      if (fatal(answer.unit(), needed)) {
        var all = new ArrayList<Failure>(List.of(failure));
        answers.forEach(other -> other.failure().ifPresent(all::add));
        throw new Failed(all);
      }
      LOG.log(
          System.Logger.Level.WARNING,
          failure.message() + "\n  it is tried again (on_start_failure: supervise)");
    }
  }

  private static boolean fatal(Unit unit, Collection<Unit> needed) {
    return unit.plugin().onStartFailure() == Config.OnStartFailure.FAIL || needed.contains(unit);
  }

  /**
   * Goes over to another configuration: new and changed plugins are started beside the old ones and
   * probed, then all take over at once, then those that are no longer wanted end.
   *
   * @param takeOver what else changes in the moment when the new plugins take over
   * @throws Failed if one does not serve; everything is then as before
   * @throws Stopped if {@link #stop} came in between
   */
  public void change(Config next, Runnable takeOver) throws Failed, Stopped, InterruptedException {
    changing.lockInterruptibly();
    try {
      SortedMap<String, Unit> before = units;
      if (!next.plugins().isEmpty()) {
        prepare(next);
      }
      var after = new TreeMap<String, Unit>();
      var begun = new ArrayList<Unit>();
      var needed = new ArrayList<Unit>();
      for (Config.Plugin plugin : next.plugins().values()) {
        Unit old = before.get(plugin.name());
        if (old != null && !changed(old, plugin)) {
          after.put(plugin.name(), old);
          continue;
        }
        Member member = old == null ? new Member(plugin.name(), metrics) : old.member();
        long restarts = old == null ? 0 : old.supervisor().standing().restarts();
        Unit unit = unit(plugin, next, member, old != null, restarts);
        after.put(plugin.name(), unit);
        begun.add(unit);
        if (old != null) {
          needed.add(unit);
        }
      }
      tryOut(begun, needed, before);
      for (Unit unit : begun) {
        unit.member().own(unit.supervisor());
      }
      units = Collections.unmodifiableSortedMap(after);
      takeOver.run();
      begun.stream()
          .filter(unit -> before.containsKey(unit.plugin().name()))
          .forEach(this::tellReloaded);
      retire(before, after);
    } finally {
      changing.unlock();
    }
  }

  private void tryOut(List<Unit> begun, List<Unit> needed, SortedMap<String, Unit> before)
      throws Failed, Stopped, InterruptedException {
    try {
      begin(begun);
      awaitFirst(begun, needed);
    } catch (Failed | Stopped | InterruptedException e) {
      begun.forEach(unit -> unit.supervisor().stop(Duration.ZERO));
      begun.forEach(unit -> unit.supervisor().ended().join());
      begun.stream()
          .map(unit -> unit.plugin().name())
          .filter(name -> !before.containsKey(name))
          .forEach(this::forget);
      throw e;
    }
  }

  /** Whether a plugin must be started anew for this configuration to hold. */
  private boolean changed(Unit old, Config.Plugin plugin) {
    if (!old.plugin().equals(plugin)) {
      return true;
    }
    Run run = old.supervisor().current();
    return run != null
        && (!run.delivered().equals(plugin.config())
            || !installed(plugin).equals(run.identity().sha256()));
  }

  private String installed(Config.Plugin plugin) {
    StateFile.Entry entry = state.read().plugins().get(plugin.name());
    return entry == null ? "" : entry.sha256();
  }

  private void tellReloaded(Unit unit) {
    Identity identity = unit.member().lastIdentity();
    announcer.announce(
        new LifecycleEvent(
            LifecycleEvent.Type.RELOADED,
            unit.plugin().name(),
            identity.pid(),
            "plugin " + unit.plugin().name() + " was replaced by " + identity.reportedVersion(),
            Instant.now()));
  }

  /** Ends what the new configuration has no use for; calls in flight may take all their time. */
  private void retire(SortedMap<String, Unit> before, SortedMap<String, Unit> after)
      throws InterruptedException {
    var retired = new ArrayList<Unit>();
    before.forEach(
        (name, unit) -> {
          if (!unit.equals(after.get(name))) {
            retired.add(unit);
            unit.supervisor().stop(unit.plugin().timeout());
          }
        });
    try {
      for (Unit unit : retired) {
        unit.supervisor().ended().get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a supervisor never fails", e);
    } finally {
      before.keySet().stream().filter(name -> !after.containsKey(name)).forEach(this::forget);
    }
  }

  private void forget(String name) {
    metrics.forget(name);
    guard.lock();
    try {
      if (folder != null) {
        folder.release(name);
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Ends all plugins at once and waits until nothing is left; bounded, and not shortened by an
   * interrupt. Any number of times, from any number of threads: all wait for the same end.
   */
  public void stop() {
    List<Supervisor> ending;
    boolean mine;
    guard.lock();
    try {
      mine = !stopping;
      stopping = true;
      ending = List.copyOf(alive);
    } finally {
      guard.unlock();
    }
    if (!mine) {
      gone.join();
      return;
    }
    try {
      var drains = new HashMap<Supervisor, Duration>();
      units.values().forEach(u -> drains.put(u.supervisor(), u.plugin().stopGrace()));
      ending.forEach(s -> s.stop(drains.getOrDefault(s, Duration.ZERO)));
      ending.forEach(s -> s.ended().join());
      if (host != null) {
        host.close();
      }
      if (folder != null) {
        folder.close();
      }
    } finally {
      gone.complete(null);
    }
  }

  /** What one supervisor sees of the world. */
  private final class View implements Supervisor.Outlook {
    private final Config.Plugin plugin;

    View(Config.Plugin plugin) {
      this.plugin = plugin;
    }

    @Override
    public String fingerprint() {
      return Fingerprint.of(state, plugin);
    }

    @Override
    public void tell(Life.News news, long pid, String detail) {
      LOG.log(level(news), detail);
      announcer.announce(new LifecycleEvent(type(news), plugin.name(), pid, detail, Instant.now()));
    }

    @Override
    public void timed(SortedMap<Stage, Duration> timings) {
      timings.forEach(
          (stage, time) -> metrics.startPhase(plugin.name(), stage.title(), time.toNanos()));
    }

    private static System.Logger.Level level(Life.News news) {
      return switch (news) {
        case STARTED, STOPPED -> System.Logger.Level.DEBUG;
        case READY, RESTARTING -> System.Logger.Level.INFO;
        case DEGRADED, DIED -> System.Logger.Level.WARNING;
        case GAVE_UP -> System.Logger.Level.ERROR;
      };
    }

    private static LifecycleEvent.Type type(Life.News news) {
      return switch (news) {
        case STARTED -> LifecycleEvent.Type.STARTED;
        case READY -> LifecycleEvent.Type.READY;
        case DEGRADED -> LifecycleEvent.Type.DEGRADED;
        case DIED -> LifecycleEvent.Type.DIED;
        case RESTARTING -> LifecycleEvent.Type.RESTARTING;
        case GAVE_UP -> LifecycleEvent.Type.GAVE_UP;
        case STOPPED -> LifecycleEvent.Type.STOPPED;
      };
    }
  }
}
