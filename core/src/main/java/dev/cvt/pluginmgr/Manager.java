package dev.cvt.pluginmgr;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.pluginmgr.audit.AuditTrail;
import dev.cvt.pluginmgr.audit.ProvidersFailed;
import dev.cvt.pluginmgr.audit.Sinks;
import dev.cvt.pluginmgr.control.ControlSocket;
import dev.cvt.pluginmgr.file.Sha256;
import dev.cvt.pluginmgr.hook.Lane;
import dev.cvt.pluginmgr.hook.Road;
import dev.cvt.pluginmgr.hook.Rpc;
import dev.cvt.pluginmgr.install.RunningManagers;
import dev.cvt.pluginmgr.metrics.Backends;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.supervise.Announcer;
import dev.cvt.pluginmgr.supervise.Fleet;
import dev.cvt.pluginmgr.supervise.Masks;
import dev.cvt.pluginmgr.supervise.Member;
import dev.cvt.pluginmgr.supervise.Preparation;
import dev.cvt.pluginmgr.supervise.Report;
import dev.cvt.pluginmgr.supervise.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the configured plugins: launches and verifies them, keeps them up, and carries calls to
 * them.
 *
 * <pre>{@code
 * try (var manager = Manager.builder(Config.load(Config.defaultPath())).build()) {
 *   manager.start();
 *   manager.hooks().within(Duration.ofSeconds(1)).fetchSchema(request)
 *       .ifPresentOrElse(s -> validate(s.getSpec()), () -> resolveDirectly("pets"));
 * } catch (Config.Invalid | Manager.StartFailed | Manager.CallFailed e) {
 *   System.err.println(e.getMessage());   // the fact, then the remedy
 * }
 * }</pre>
 *
 * <p>Thread-safe. Every method that waits does so for a bounded time and gives up when its thread
 * is interrupted. Nothing is global: two managers in one process do not disturb each other.
 *
 * <p>{@link Builder#build} opens the audit sinks and the metrics backend; no plugin runs before
 * {@link #start}. After {@link #close} every call counts as one to a plugin that does not run.
 */
public final class Manager implements AutoCloseable {
  private final Optional<StateFile> state;
  private final AuditTrail trail;
  private final MetricsBackend backend;
  private final boolean ownsBackend;
  private final PluginMetrics metrics;
  private final Masks masks = new Masks();
  private final Announcer announcer;
  private final Calls calls;
  private final FrontDesk desk;

  private final ReentrantLock lock = new ReentrantLock();

  /** From a start to its failure or to the close; guarded by {@link #lock} for writing. */
  private volatile @Nullable Fleet fleet;

  /** Guarded by {@link #lock}. */
  private boolean closed;

  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();

  private volatile Config config;
  private volatile Bindings bindings;

  private Manager(
      Config config,
      Optional<StateFile> state,
      AuditTrail trail,
      MetricsBackend backend,
      boolean ownsBackend,
      PluginMetrics metrics,
      List<Consumer<LifecycleEvent>> listeners,
      Optional<Supplier<Config>> reloader) {
    this.config = config;
    this.state = state;
    this.trail = trail;
    this.backend = backend;
    this.ownsBackend = ownsBackend;
    this.metrics = metrics;
    masks.learn(config);
    this.announcer = new Announcer(trail, listeners);
    this.bindings = idle(config);
    this.calls = new Calls(new Road(trail, masks), () -> bindings);
    this.desk = new FrontDesk(this, masks, reloader);
  }

  /** Bindings to names to which nothing answers. */
  private Bindings idle(Config config) {
    return Bindings.of(config, name -> new Member(name, metrics), metrics, null);
  }

  /** A manager that runs what {@code config} names, if {@code state} says that it is installed. */
  public static Builder builder(Config config, StateFile state) {
    return new Building(config, state);
  }

  /** As {@link #builder(Config, StateFile)}, with the state file that belongs to the config. */
  public static Builder builder(Config config) {
    return builder(config, StateFile.at(config.statePath(), config.pluginRoot()));
  }

  /**
   * A manager for tests: it starts no process and takes clients from {@link #inject}. Everything
   * else is as it will be: hooks, deadlines, {@code on_error}, audit, metrics. It needs no {@link
   * #start}; starting and stopping it is harmless. Neither the sink nor the backend is closed with
   * it.
   */
  public static Manager forTest(Config config, AuditSink audit, MetricsBackend metrics) {
    var measured = new PluginMetrics(metrics);
    var trail =
        new AuditTrail(
            List.of(new AuditTrail.Member("audit", audit, false)),
            config.auditOnError() == Config.OnError.FAIL_OPEN,
            (lost, sink) -> measured.auditLost(lost.plugin(), sink));
    return new Manager(
        config, Optional.empty(), trail, metrics, false, measured, List.of(), Optional.empty());
  }

  /**
   * Takes the steps of a start that come before the plugin's process, for one plugin, and leaves
   * the process to the caller: for programs that launch a plugin to look at it closely.
   *
   * @param plugin a configured plugin
   * @throws StartFailed in phase {@link Phase#VERIFY}, with what {@link #start} would say
   * @throws IllegalArgumentException if no plugin of that name is configured
   * @throws InterruptedException while copying, hashing or waiting for a lock; nothing is left
   */
  public static Prepared prepare(Config config, StateFile state, String plugin)
      throws InterruptedException {
    Config.Plugin one = config.plugins().get(plugin);
    if (one == null) {
      throw new IllegalArgumentException(notConfigured(plugin, config));
    }
    try {
      return new Prepared(Preparation.of(config, state, one, System.getenv()));
    } catch (Fleet.Failed e) {
      throw startFailed(e.failures());
    }
  }

  private static String notConfigured(String plugin, Config config) {
    var others = config.plugins().keySet();
    return "no plugin "
        + plugin
        + " is configured; "
        + (others.isEmpty()
            ? "declare it under plugins: in config.yaml"
            : "use one of " + String.join(", ", others));
  }

  /**
   * Gives a plugin of a manager for tests its clients; giving them again replaces them. The plugin
   * counts as running, and as declaring those services whose client is not null. A client fails a
   * call by throwing: {@link CallFailed} with the code that it was made with, anything else with
   * code {@code Unknown}.
   *
   * @param plugin a configured plugin
   * @throws IllegalStateException if this manager is not one for tests
   * @throws IllegalArgumentException if no plugin of that name is configured
   */
  public void inject(
      String plugin, @Nullable Registry registry, @Nullable Events events, Handle handle) {
    if (state.isPresent()) {
      throw new IllegalStateException(
          "this manager runs real plugins; clients are injected into one from Manager.forTest");
    }
    lane(plugin).member().inject(new InjectedSession(handle, registry, events));
  }

  private Lane lane(String plugin) {
    Lane lane = bindings.of(plugin);
    if (lane == null) {
      throw new IllegalArgumentException(notConfigured(plugin, config));
    }
    return lane;
  }

  /**
   * Starts every configured plugin, all at once, and returns when all take calls. Where none is
   * configured it does nothing.
   *
   * <p>If one fails, those that run already are ended before this throws, and their metrics are put
   * back; the same if the thread is interrupted, or the manager closed, in any phase. A plugin with
   * {@code on_start_failure: supervise} fails nothing: it is tried again in the background. After a
   * failure, starting may be tried again.
   *
   * @throws StartFailed naming the first plugin that failed; others' failures are suppressed in it
   * @throws IllegalStateException if it has been started already, or is closed, or is closed
   *     meanwhile
   */
  public void start() throws InterruptedException {
    if (state.isEmpty()) {
      return;
    }
    Fleet started =
        new Fleet(
            state.get(),
            metrics,
            masks,
            announcer,
            System.getenv(),
            socket -> ControlSocket.open(socket, desk::answer, masks::scrub)::close);
    lock.lock();
    try {
      refuseIfClosed();
      if (fleet != null) {
        throw new IllegalStateException(
            "the manager has been started already; to change what runs, reload it");
      }
      fleet = started;
    } finally {
      lock.unlock();
    }
    boolean up = false;
    try {
      Config first = config;
      started.start(first, () -> bind(started, first));
      up = true;
    } catch (Fleet.Failed e) {
      throw startFailed(e.failures());
    } catch (Fleet.Stopped e) {
      throw new IllegalStateException("the manager was closed while it started", e);
    } finally {
      if (!up) {
        lock.lock();
        try {
          fleet = null;
          bindings = idle(config);
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException("the manager is closed; build another");
    }
  }

  private void bind(Fleet running, Config next) {
    Bindings bound = Bindings.of(next, running::member, metrics, bindings);
    bindings = bound;
    config = next;
    bound.warn();
  }

  /**
   * Goes over to another configuration while calls flow. Plugins that are new, changed or
   * reinstalled are started beside what runs and probed; only when all of them serve do they take
   * over, and those that they replace, or that are no longer configured, finish their calls and
   * end. Plugins of which nothing has changed are not touched.
   *
   * @param next with the same plugin root, audit sinks and metrics backend
   * @return what has changed
   * @throws StartFailed if a new one does not serve; everything is then as it was before
   * @throws IllegalArgumentException if {@code next} changes what can only change with a new
   *     manager
   * @throws IllegalStateException if the manager does not run, or is closed meanwhile
   * @throws InterruptedException if interrupted; before the new plugins take over everything is as
   *     it was before, afterwards the old ones end in the background
   */
  public Reloaded reload(Config next) throws InterruptedException {
    refuseWhatCannotChange(next);
    return change(() -> next);
  }

  /** Goes over to the binaries that are installed now, with the configuration of that moment. */
  Reloaded refresh() throws InterruptedException {
    return change(() -> config);
  }

  private Reloaded change(Supplier<Config> wanted) throws InterruptedException {
    Fleet running = fleet;
    if (running == null) {
      throw new IllegalStateException("the manager does not run; start it first");
    }
    try {
      return Statuses.of(running.change(wanted, next -> bind(running, next)));
    } catch (Fleet.Failed e) {
      throw startFailed(e.failures());
    } catch (Fleet.Stopped e) {
      throw new IllegalStateException("the manager was closed while it reloaded", e);
    }
  }

  private void refuseWhatCannotChange(Config next) {
    Config now = config;
    refuseChange("the plugin root", now.pluginRoot(), next.pluginRoot());
    refuseChange("the audit sinks", now.audit(), next.audit());
    refuseChange("audit.on_error", now.auditOnError(), next.auditOnError());
    refuseChange("the metrics backend", now.metrics(), next.metrics());
  }

  private static void refuseChange(String what, Object now, Object next) {
    if (!now.equals(next)) {
      throw new IllegalArgumentException(
          what + " cannot change while the manager runs; close it and build another");
    }
  }

  /**
   * Lets a plugin that was given up, or waits for its next start, try again at once and from a
   * clean slate. Does nothing to a plugin that runs.
   *
   * @throws IllegalArgumentException if no plugin of that name is configured
   */
  public void reset(String plugin) {
    lane(plugin);
    Fleet running = fleet;
    if (running != null) {
      running.reset(plugin);
    }
  }

  /**
   * Ends all plugins, all at once: lets calls in flight finish within their plugin's stop grace,
   * asks each to shut down, then SIGTERM, then SIGKILL, with a grace before each further step. Then
   * closes the sinks and the backend that the builder opened. Returns when nothing is left. Closing
   * again, or from several threads, waits for the same end, except in a listener, for which that
   * end waits; it works from a shutdown hook. An interrupt does not shorten it: it is bounded
   * anyway, by the plugins' graces and, where a listener is stuck, some 10 s.
   *
   * @throws RuntimeException if a sink or the backend could not be closed; everything else has been
   */
  @Override
  public void close() {
    Fleet running;
    boolean mine;
    lock.lock();
    try {
      mine = !closed;
      closed = true;
      running = fleet;
    } finally {
      lock.unlock();
    }
    if (!mine) {
      if (!announcer.isTelling()) {
        gone.join();
      }
      return;
    }
    try (MetricsBackend _ = ownsBackend ? backend : MetricsBackend.none();
        AuditTrail _ = trail;
        Announcer _ = announcer) {
      if (running != null) {
        running.stop();
      }
    } finally {
      gone.complete(null);
    }
  }

  /** The hooks, each bound to the plugin that the configuration names for it. */
  public Hooks hooks() {
    return calls.hooks();
  }

  /**
   * The client of a plugin's {@code registry.v1}; empty unless it runs and declares that service.
   * It outlives restarts and reloads of the plugin.
   */
  public Optional<Registry> registry(String plugin) {
    return offering(plugin, Rpc.REGISTRY).map(calls::registry);
  }

  /**
   * The client of a plugin's {@code events.v1}; empty unless it runs and declares that service. It
   * outlives restarts and reloads of the plugin.
   */
  public Optional<Events> events(String plugin) {
    return offering(plugin, Rpc.EVENTS).map(calls::events);
  }

  private Optional<Lane> offering(String plugin, String service) {
    Lane lane = bindings.of(plugin);
    Session session = lane == null ? null : lane.member().session();
    return lane != null && session != null && session.identity().services().contains(service)
        ? Optional.of(lane)
        : Optional.empty();
  }

  /** What runs under this name; empty if it does not run. */
  public Optional<Handle> handle(String plugin) {
    Lane lane = bindings.of(plugin);
    Session session = lane == null ? null : lane.member().session();
    if (session == null) {
      return Optional.empty();
    }
    return Optional.of(Statuses.handle(plugin, session.identity()));
  }

  /** How each configured plugin stands, by name, in the order of the names; empty before start. */
  public Map<String, Status> status() {
    var all = new LinkedHashMap<String, Status>();
    Fleet running = fleet;
    if (running != null) {
      running.standings().forEach((name, standing) -> all.put(name, Statuses.of(name, standing)));
    }
    return Collections.unmodifiableMap(all);
  }

  /** What its socket tells of its plugins. */
  List<Report> reports() {
    Fleet running = fleet;
    return running == null ? List.of() : running.reports();
  }

  /**
   * The managers that run plugins of this plugin root, in whatever process, this one included, by
   * their process numbers.
   *
   * @throws StateFile.Refused if nobody can say
   */
  public static List<Remote> remotes(StateFile state) {
    return RunningManagers.of(state).stream().<Remote>map(RemoteManager::new).toList();
  }

  /** What it runs: what it was made with, or last reloaded to. */
  public Config config() {
    return config;
  }

  /** Where its records go: one sink that stands for all. */
  public AuditSink audit() {
    return trail;
  }

  /** Where its measurements go. */
  public MetricsBackend metrics() {
    return backend;
  }

  private static StartFailed startFailed(List<dev.cvt.pluginmgr.supervise.Failure> failures) {
    StartFailed first = Statuses.startFailed(failures.getFirst());
    failures.stream().skip(1).map(Statuses::startFailed).forEach(first::addSuppressed);
    return first;
  }

  /**
   * A plugin's {@code registry.v1}. Each call takes the same road as a hook call (deadline,
   * metrics, audit), but its failures always reach the caller. Thread-safe.
   */
  public interface Registry {

    /**
     * Fetches one schema.
     *
     * @throws CallFailed if there is no answer
     */
    FetchSchemaResponse fetchSchema(FetchSchemaRequest request);

    /**
     * Says which parts of a schema a consumer uses; saying the same again changes nothing.
     *
     * @throws CallFailed if there is no answer
     */
    RegisterConsumerUsageResponse registerConsumerUsage(RegisterConsumerUsageRequest request);
  }

  /** A plugin's {@code events.v1}, on the same terms as {@link Registry}. Thread-safe. */
  public interface Events {

    /**
     * Tells of a change that breaks consumers.
     *
     * @throws CallFailed if there is no answer
     */
    EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request);

    /**
     * Tells of traffic that does not match its schema.
     *
     * @throws CallFailed if there is no answer
     */
    EventResponse onValidationFailed(ValidationFailedRequest request);
  }

  /**
   * The hooks, with {@code on_error} of the bound plugin applied. Where no plugin is bound, where
   * the plugin does not implement the method, and where the call fails under {@code fail_open}, the
   * answer is the one of a host without plugins: no schema, or acknowledged.
   *
   * <p>Each call has the plugin's {@code timeout}. A request without id gets one; it is the same in
   * the request, the audit record, the log and the error. An interrupted call fails with code
   * {@code Canceled} and keeps the interrupt flag. Thread-safe.
   *
   * <p>A call keeps its thread until it has its answer. From many threads at once, virtual ones
   * make the most calls and cost the least; a single caller is served sooner on a platform thread
   * ({@code docs/performance.md} has the figures).
   */
  public interface Hooks extends Events {

    /**
     * Fetches one schema; empty: the caller resolves it without a plugin.
     *
     * @throws CallFailed if the call fails under {@code fail_closed}, or its audit record is lost
     */
    Optional<FetchSchemaResponse> fetchSchema(FetchSchemaRequest request);

    /**
     * Says which parts of a schema a consumer uses; saying the same again changes nothing.
     *
     * @throws CallFailed if the call fails under {@code fail_closed}, or its audit record is lost
     */
    RegisterConsumerUsageResponse registerConsumerUsage(RegisterConsumerUsageRequest request);

    /**
     * The same hooks with less time for each call.
     *
     * @param most positive; it shortens the plugin's own timeout and never lengthens it
     */
    Hooks within(Duration most);
  }

  /**
   * A plugin that runs.
   *
   * @param name in the configuration
   * @param reportedVersion {@code name/version} as it says itself
   * @param sha256 of the binary that runs, 64 lower-case hex digits
   * @param pid of its process
   * @param services that it declares, in its order, those unknown to this host included
   */
  public record Handle(
      String name, String reportedVersion, String sha256, long pid, List<String> services) {
    /** Copies the services. */
    public Handle {
      services = List.copyOf(services);
    }
  }

  /**
   * A plugin that is ready to be launched, by somebody else than a manager. While it is open, the
   * plugin counts as run by this process, so that {@link StateFile#remove} is refused.
   */
  public static final class Prepared implements AutoCloseable {
    private final Preparation preparation;

    private Prepared(Preparation preparation) {
      this.preparation = preparation;
    }

    /** What to execute: a private copy of the installed binary, verified. */
    public Path executable() {
      return preparation.binary().executable();
    }

    /** The hash of what is executed, 64 lower-case hex digits. */
    public String sha256() {
      return preparation.binary().sha256();
    }

    /** The variables of the plugin's process, besides the protocol's; secrets are in clear. */
    public SortedMap<String, String> environment() {
      return preparation.environment();
    }

    /** What the plugin is to be given before its first call, in the order of delivery. */
    public SortedMap<String, Config.Value> config() {
      return preparation.config();
    }

    /** The text with every secret of the configuration masked, in whatever spelling. */
    public String mask(String text) {
      return preparation.mask(text);
    }

    /**
     * Looks once more whether the executed file is the verified one: to be called when the process
     * runs and before anything is sent to it.
     *
     * @throws StateFile.Refused if it is not
     */
    public void recheck() {
      preparation.binary().recheck();
    }

    /** Takes the private copy away; what runs from it is not disturbed. Idempotent. */
    @Override
    public void close() {
      preparation.close();
    }
  }

  /**
   * How a plugin stands.
   *
   * @param plugin its name
   * @param since when it came to this state
   * @param pid of its process; 0 if none runs
   * @param restarts how often it was started again since the manager started
   * @param lastFailure why it last did not start, died, or failed its health check; kept when it is
   *     well again
   */
  public record Status(
      String plugin,
      State state,
      Instant since,
      long pid,
      long restarts,
      Optional<Failure> lastFailure) {}

  /** What a plugin does. */
  public enum State {
    /** It is being launched; it takes no calls yet. */
    STARTING,
    /** It takes calls. */
    READY,
    /** It takes calls, but has no health service, or its last health checks failed. */
    DEGRADED,
    /** It is down, and will be started again. */
    BACKING_OFF,
    /** It is down, and stays so until it is reset or its binary changes. */
    GAVE_UP,
    /** It is being ended. */
    STOPPING,
    /** It has been ended, or its start failed. */
    STOPPED
  }

  /** How far a plugin had come when it failed. */
  public enum Phase {
    /** Before any plugin: finding and opening audit sinks and the metrics backend. */
    SINKS("sinks"),
    /** Is it installed, and is this still the binary that was? */
    VERIFY("verify"),
    /** Looking at the program and the socket folder, before any process exists. */
    PREFLIGHT("preflight"),
    /** From the fork to the first sign of the program itself. */
    EXEC("exec"),
    /** Waiting for the first byte on its standard output. */
    FIRST_BYTE("first byte"),
    /** From the first byte to the whole handshake line, accepted. */
    LINE("line"),
    /** From the line to a connected socket. */
    CONNECT("connect"),
    /** From a connected socket to a connection that speaks gRPC, under TLS where wanted. */
    TLS("TLS"),
    /** The call of {@code Info}. */
    INFO("Info"),
    /** The calls of {@code SetConfig}. */
    CONFIG("SetConfig"),
    /** It had started. */
    RUNNING("running");

    private final String title;

    Phase(String title) {
      this.title = title;
    }

    /** The phase in a text. */
    public String title() {
      return title;
    }
  }

  /**
   * Why a plugin did not start, or died. All texts are free of secrets.
   *
   * @param plugin its name; empty in phase {@link Phase#SINKS}
   * @param phase how far it had come
   * @param diagnosis the one cause, a word in capitals such as {@code COOKIE_REFUSED}
   * @param what happened, in words
   * @param remedy what to do about it
   * @param exitCode of its process, if it exited by itself
   * @param signal that ended its process, such as {@code SIGKILL}, if one did
   * @param stderr the last 4 KiB of its standard error
   * @param timings of each phase that was entered, in their order
   * @param at when
   */
  public record Failure(
      String plugin,
      Phase phase,
      String diagnosis,
      String what,
      String remedy,
      OptionalInt exitCode,
      Optional<String> signal,
      String stderr,
      Map<Phase, Duration> timings,
      Instant at) {}

  /**
   * What a reload came to, by the names of the plugins, in their order.
   *
   * @param added that were not configured before
   * @param replaced whose settings or binary had changed
   * @param removed that are no longer configured
   * @param kept that were not touched
   */
  public record Reloaded(
      List<String> added, List<String> replaced, List<String> removed, List<String> kept) {
    /** Copies the lists. */
    public Reloaded {
      added = List.copyOf(added);
      replaced = List.copyOf(replaced);
      removed = List.copyOf(removed);
      kept = List.copyOf(kept);
    }
  }

  /**
   * A manager that may run in another process, reached through the socket in its private folder:
   * only the user whose plugins they are gets through. It is told apart by its process and its
   * start, so that it stays what it is when its process number is given to another. Each question
   * waits no longer than 5 s without a sign of life. Thread-safe.
   */
  public interface Remote {

    /** The number of its process. */
    long pid();

    /**
     * The program and arguments of its process; empty where the system does not tell, as when it
     * runs in another container and its number means nothing here.
     */
    String command();

    /** When it began to run plugins. */
    Instant since();

    /** The plugins that it runs, or waits to run again; known even if it does not answer. */
    SortedSet<String> plugins();

    /**
     * How its plugins stand, in the order of their names.
     *
     * @throws RemoteFailed if it does not answer
     */
    List<Remote.Report> status() throws InterruptedException;

    /**
     * Has it read its configuration again and go over to it, as {@link Manager#reload} does. One
     * that is part of a program must have been built with a {@link Builder#reloader}.
     *
     * @throws RemoteFailed if it does not answer, or does not do it; then all goes on as before
     */
    Reloaded reload() throws InterruptedException;

    /**
     * Has it take the binaries that are installed now, with the configuration that it has.
     *
     * @throws RemoteFailed as with {@link #reload}
     */
    Reloaded refresh() throws InterruptedException;

    /**
     * Has it let a plugin that is down try again at once, from a clean slate.
     *
     * @throws RemoteFailed if it does not answer, or does not run that plugin
     */
    void reset(String plugin) throws InterruptedException;

    /**
     * One plugin there.
     *
     * @param handle what takes calls; empty if nothing does
     */
    record Report(Status status, Optional<Handle> handle) {}
  }

  /** A manager in another process did not do what it was asked. */
  public static final class RemoteFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long pid;
    private final boolean answered;

    RemoteFailed(long pid, boolean answered, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.pid = pid;
      this.answered = answered;
    }

    /** The process that was asked. */
    public long pid() {
      return pid;
    }

    /** Whether it answered that it did not do it; if not, nobody knows what it did. */
    public boolean answered() {
      return answered;
    }
  }

  /** The manager, or one of its plugins, did not start; nothing of it is left. */
  public static final class StartFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    StartFailed(Failure failure, String message, @Nullable Throwable cause) {
      super(message, cause);
      this.failure = failure;
    }

    /** The failure as data. */
    public Failure failure() {
      return failure;
    }

    /** The plugin that failed; empty if it was a sink or the metrics backend. */
    public String plugin() {
      return failure.plugin();
    }

    /** How far it had come. */
    public Phase phase() {
      return failure.phase();
    }

    /** What to do about it. */
    public String remedy() {
      return failure.remedy();
    }
  }

  /** A call has no answer. */
  public static final class CallFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String plugin;
    private final String service;
    private final String method;
    private final String code;
    private final String requestId;
    private final String remedy;
    private final boolean auditLost;

    /**
     * For clients that are injected in tests: a failure with this code, as a plugin would give it.
     *
     * @param code a canonical gRPC code as Go spells it, such as {@code NotFound}
     * @param what happened
     */
    public CallFailed(String code, String what) {
      this("", "", "", code, "", what, "", false, null);
    }

    CallFailed(
        String plugin,
        String service,
        String method,
        String code,
        String requestId,
        String message,
        String remedy,
        boolean auditLost,
        @Nullable Throwable cause) {
      super(message, cause);
      this.plugin = plugin;
      this.service = service;
      this.method = method;
      this.code = code;
      this.requestId = requestId;
      this.remedy = remedy;
      this.auditLost = auditLost;
    }

    /** The plugin that was called. */
    public String plugin() {
      return plugin;
    }

    /** The service, such as {@code registry.v1}. */
    public String service() {
      return service;
    }

    /** The method, such as {@code FetchSchema}. */
    public String method() {
      return method;
    }

    /** The canonical gRPC code as Go spells it, such as {@code DeadlineExceeded}. */
    public String code() {
      return code;
    }

    /** The id of the request, as it stands in the audit record and in the log. */
    public String requestId() {
      return requestId;
    }

    /** What to do about it. */
    public String remedy() {
      return remedy;
    }

    /**
     * Whether a sink did not take the record of this call. The plugin may then have acted all the
     * same; {@link #code} is {@code Unknown} if it answered.
     */
    public boolean auditLost() {
      return auditLost;
    }
  }

  /** What a manager is made with. Not thread-safe; each method returns the same builder. */
  public interface Builder {

    /**
     * Where audit sinks and metrics backends are looked for.
     *
     * @param layer by default the one that this module is in
     */
    Builder layer(ModuleLayer layer);

    /**
     * Whether they are looked for at all.
     *
     * @param on by default true
     */
    Builder discovery(boolean on);

    /**
     * One more sink for every record, beside those that the configuration names; where it names
     * none, in place of any that is found. The manager never closes it.
     */
    Builder audit(AuditSink sink);

    /** The metrics backend, in place of any that is found. The manager never closes it. */
    Builder metrics(MetricsBackend backend);

    /**
     * Hears what happens to the plugins, one event at a time, in order, on a thread of the
     * manager's; what it throws is logged. It may call the manager. One that is still busy with the
     * same event 10 s after the manager has ended all plugins is interrupted.
     */
    Builder listener(Consumer<LifecycleEvent> listener);

    /**
     * Where the manager gets the configuration to go over to when another process asks it to reload
     * ({@code cvt-plugins reload}). Without one it answers that it has none.
     *
     * @param reloader called on a thread of the manager's, once for each time that it is asked;
     *     what it throws is the answer, and changes nothing
     */
    Builder reloader(Supplier<Config> reloader);

    /**
     * What is wrong with the sinks and the backend that the configuration asks for, as far as that
     * can be told without opening any: names that match none, settings that they do not know, jars
     * that cannot be loaded. Empty if {@link #build} will find all of them.
     */
    List<Config.Problem> problems();

    /**
     * Opens the sinks and the backend.
     *
     * @throws StartFailed in phase {@link Phase#SINKS}, if any of them cannot be found or opened;
     *     its message tells of all of them at once, and nothing stays open
     */
    Manager build();
  }

  private static final class Building implements Builder {
    private final Config config;
    private final StateFile state;
    private final List<AuditSink> sinks = new ArrayList<>();
    private final List<Consumer<LifecycleEvent>> listeners = new ArrayList<>();
    private Optional<ModuleLayer> layer = Optional.empty();
    private Optional<MetricsBackend> backend = Optional.empty();
    private Optional<Supplier<Config>> reloader = Optional.empty();
    private boolean discovery = true;

    Building(Config config, StateFile state) {
      this.config = config;
      this.state = state;
    }

    @Override
    public Builder layer(ModuleLayer layer) {
      this.layer = Optional.of(layer);
      return this;
    }

    @Override
    public Builder discovery(boolean on) {
      this.discovery = on;
      return this;
    }

    @Override
    public Builder audit(AuditSink sink) {
      sinks.add(sink);
      return this;
    }

    @Override
    public Builder metrics(MetricsBackend backend) {
      this.backend = Optional.of(backend);
      return this;
    }

    @Override
    public Builder listener(Consumer<LifecycleEvent> listener) {
      listeners.add(listener);
      return this;
    }

    @Override
    public Builder reloader(Supplier<Config> reloader) {
      this.reloader = Optional.of(reloader);
      return this;
    }

    @Override
    public List<Config.Problem> problems() {
      var all = new ArrayList<>(Sinks.problems(config, layer, discovery, sinks));
      all.addAll(Backends.problems(config, layer, discovery, backend));
      return all;
    }

    @Override
    public Manager build() {
      warmUp();
      var failed = new ArrayList<ProvidersFailed>();
      var chosen =
          attempt(() -> Backends.discover(config, layer, discovery, backend), failed)
              .orElseGet(() -> new Backends.Chosen(MetricsBackend.none(), false));
      var metrics =
          attempt(() -> Backends.measured(chosen), failed)
              .orElseGet(() -> new PluginMetrics(MetricsBackend.none()));
      var trail =
          attempt(
              () ->
                  Sinks.discover(
                      config,
                      layer,
                      discovery,
                      sinks,
                      (entry, sink) -> metrics.auditLost(entry.plugin(), sink)),
              failed);
      if (trail.isEmpty() || !failed.isEmpty()) {
        var failure = ProvidersFailed.all(failed.reversed()); // the sinks are told of first
        close(chosen, trail, failure);
        throw Statuses.startFailed(failure);
      }
      try {
        return new Manager(
            config,
            Optional.of(state),
            trail.get(),
            chosen.backend(),
            chosen.ours(),
            metrics,
            listeners,
            reloader);
      } catch (RuntimeException | Error e) { // where no thread is to be had
        close(chosen, trail, e);
        throw e;
      }
    }

    private static <T> Optional<T> attempt(Supplier<T> made, List<ProvidersFailed> failed) {
      try {
        return Optional.of(made.get());
      } catch (ProvidersFailed e) {
        failed.add(e);
        return Optional.empty();
      }
    }

    /** Closes what was made beside that which could not be. */
    private static void close(
        Backends.Chosen chosen, Optional<AuditTrail> trail, Throwable failure) {
      var open = new ArrayList<Runnable>();
      trail.ifPresent(sinks -> open.add(sinks::close));
      if (chosen.ours()) {
        open.add(chosen.backend()::close);
      }
      for (var close : open) {
        try {
          close.run();
        } catch (Throwable e) {
          failure.addSuppressed(e);
        }
      }
    }

    /**
     * A start hashes every binary, and a cold JVM takes four times as long for the first of them.
     * What comes before that leaves a processor free for as long as the cure takes.
     */
    private void warmUp() {
      if (!config.plugins().isEmpty()) {
        try {
          Thread.ofPlatform().daemon().name("pluginmgr-warm-up").start(Sha256::warmUp);
        } catch (OutOfMemoryError e) {
          return; // no thread is to be had: the first hash takes its time
        }
      }
    }
  }
}
