package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All plugins of a manager, from one start to one stop: started together, changed together, stopped
 * together. Thread-safe; a stop may come at any moment, also in the middle of a start or a change.
 */
public final class Fleet {
  private final StateFile state;
  private final PluginMetrics metrics;
  private final Masks masks;
  private final Announcer announcer;
  private final Premises premises;

  /** Held for the whole of a start or a change, so that there is one at a time. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Guards the fields below; held for moments. */
  private final ReentrantLock guard = new ReentrantLock();

  /** Every supervisor that has begun and not ended, those in the wings included. */
  private final List<Supervisor> alive = new ArrayList<>();

  private boolean stopping;

  /** Whether a start has begun; guarded by {@link #changing}. */
  private boolean started;

  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();

  /** Written while {@link #changing} is held. */
  private volatile SortedMap<String, Unit> units = Collections.emptySortedMap();

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
   * @param beside what to open beside the plugins
   */
  public Fleet(
      StateFile state,
      PluginMetrics metrics,
      Masks masks,
      Announcer announcer,
      Map<String, String> hostEnvironment,
      Beside beside) {
    this.state = state;
    this.metrics = metrics;
    this.masks = masks;
    this.announcer = announcer;
    this.premises = new Premises(state, masks, hostEnvironment, beside);
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

  /** The same with what runs, in the order of the names. */
  public List<Report> reports() {
    return units.values().stream()
        .map(
            unit ->
                new Report(unit.name(), unit.supervisor().standing(), unit.member().lastIdentity()))
        .toList();
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
   * @param takeOver what else is to be true once all take calls, and before anything changes again
   * @throws Failed if a plugin that must not fail did
   * @throws Stopped if {@link #stop} came in between
   */
  public void start(Config config, Runnable takeOver) throws Failed, Stopped, InterruptedException {
    changing.lockInterruptibly();
    try {
      started = true;
      if (config.plugins().isEmpty()) {
        takeOver.run();
        return;
      }
      prepare(config);
      var begun = new TreeMap<String, Unit>();
      for (Config.Plugin plugin : config.plugins().values()) {
        begun.put(plugin.name(), begin(plugin, config));
      }
      units = begun;
      begun.values().forEach(unit -> unit.member().own(unit.supervisor()));
      begin(begun.values());
      FirstLaunches.await(begun.values(), List.of());
      takeOver.run();
    } catch (Failed | Stopped | InterruptedException | RuntimeException | Error e) {
      stop();
      config.plugins().keySet().forEach(metrics::forget);
      throw e;
    } finally {
      changing.unlock();
    }
  }

  private void prepare(Config config) throws Failed, Stopped {
    try {
      premises.open(config);
    } catch (StateFile.Refused e) {
      throw new Failed(List.of(Failure.of(e)));
    }
  }

  /**
   * A unit with a new supervisor.
   *
   * @param probed whether its first launch must succeed, health check included
   */
  private Unit unit(
      Config.Plugin plugin, Config config, Member member, boolean probed, long restarts) {
    Policy policy = Policy.of(plugin);
    Run.Launcher launcher = premises.launcher(plugin, () -> neighbours(config));
    Supervisor supervisor =
        new Supervisor(
            member,
            probed ? policy.failing() : policy,
            probed ? new Probe(plugin, launcher) : launcher,
            new Chronicle(plugin, state, metrics, masks, announcer),
            restarts);
    return new Unit(plugin, member, supervisor);
  }

  /**
   * The plugins whose secrets a plugin of this configuration must not see: also when it is started
   * again, long after others have come.
   */
  private Set<Config.Plugin> neighbours(Config config) {
    var all = new HashSet<>(config.plugins().values());
    units.values().forEach(unit -> all.add(unit.plugin()));
    return all;
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
   * Goes over to another configuration: new and changed plugins are started beside the old ones and
   * probed, then all take over at once, then those that are no longer wanted end.
   *
   * @param wanted asked when it is this change's turn
   * @param takeOver what else changes in the moment when the new plugins take over
   * @return what has changed
   * @throws Failed if one does not serve; everything is then as before
   * @throws Stopped if {@link #stop} came in between
   * @throws IllegalStateException if no start has begun
   */
  public Change change(Supplier<Config> wanted, Consumer<Config> takeOver)
      throws Failed, Stopped, InterruptedException {
    changing.lockInterruptibly();
    try {
      if (!started) {
        throw new IllegalStateException("the manager does not run; start it first");
      }
      Config next = wanted.get();
      SortedMap<String, Unit> before = units;
      SortedMap<String, Unit> after = triedOut(next, before);
      List<Unit> fresh = fresh(before, after);
      fresh.forEach(unit -> unit.member().own(unit.supervisor()));
      units = after;
      takeOver.accept(next);
      fresh.stream().filter(unit -> before.containsKey(unit.name())).forEach(this::tellReloaded);
      retire(before, after);
      return Change.between(before, after);
    } finally {
      changing.unlock();
    }
  }

  /** What is to run next, running already; if this throws, nothing of it is left. */
  private SortedMap<String, Unit> triedOut(Config next, SortedMap<String, Unit> before)
      throws Failed, Stopped, InterruptedException {
    try {
      if (!next.plugins().isEmpty()) {
        prepare(next);
      }
      SortedMap<String, Unit> after = units(next, before);
      tryOut(fresh(before, after), before);
      return after;
    } catch (Failed | Stopped | InterruptedException | RuntimeException | Error e) {
      next.plugins().keySet().stream()
          .filter(name -> !before.containsKey(name))
          .forEach(this::forget);
      throw e;
    }
  }

  /** The old unit of each plugin that has not changed, and a new one of each other. */
  private SortedMap<String, Unit> units(Config next, SortedMap<String, Unit> before) throws Failed {
    var after = new TreeMap<String, Unit>();
    for (Config.Plugin plugin : next.plugins().values()) {
      Unit old = before.get(plugin.name());
      try {
        after.put(plugin.name(), old == null ? begin(plugin, next) : next(old, plugin, next));
      } catch (StateFile.Refused e) {
        throw new Failed(List.of(Failure.of(e)));
      }
    }
    return Collections.unmodifiableSortedMap(after);
  }

  private Unit begin(Config.Plugin plugin, Config config) {
    return unit(plugin, config, new Member(plugin.name(), metrics), false, 0);
  }

  private Unit next(Unit old, Config.Plugin plugin, Config config) {
    if (old.isStill(plugin, state)) {
      return old;
    }
    if (old.isReinstalled(state)) {
      tell(
          LifecycleEvent.Type.INSTALLED,
          plugin.name(),
          0,
          "has another binary than the one that runs");
    }
    return unit(plugin, config, old.member(), true, old.restarts());
  }

  private static List<Unit> fresh(SortedMap<String, Unit> before, SortedMap<String, Unit> after) {
    return after.values().stream().filter(unit -> !unit.equals(before.get(unit.name()))).toList();
  }

  /** One that is to replace another may not fail, whatever its policy. */
  private void tryOut(List<Unit> fresh, SortedMap<String, Unit> before)
      throws Failed, Stopped, InterruptedException {
    begin(fresh); // which begins none of them if it throws, so that there is no end to wait for
    try {
      FirstLaunches.await(
          fresh, fresh.stream().filter(unit -> before.containsKey(unit.name())).toList());
    } catch (Failed | Stopped | InterruptedException | RuntimeException | Error e) {
      fresh.forEach(unit -> unit.supervisor().stop(Duration.ZERO));
      fresh.forEach(unit -> unit.supervisor().ended().join());
      throw e;
    }
  }

  private void tellReloaded(Unit unit) {
    Identity identity = unit.member().lastIdentity();
    tell(
        LifecycleEvent.Type.RELOADED,
        unit.name(),
        identity.pid(),
        "was replaced by " + identity.reportedVersion());
  }

  private void tell(LifecycleEvent.Type type, String plugin, long pid, String what) {
    announcer.announce(
        new LifecycleEvent(type, plugin, pid, "plugin " + plugin + " " + what, Instant.now()));
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
    premises.release(name);
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
      premises.close();
    } finally {
      gone.complete(null);
    }
  }
}
