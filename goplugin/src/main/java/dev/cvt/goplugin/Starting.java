package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.diagnosis.ConnectEvidence;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.diagnosis.LineVerdict;
import dev.cvt.goplugin.launch.Child;
import dev.cvt.goplugin.launch.ChildEnvironment;
import dev.cvt.goplugin.launch.Forker.Held;
import dev.cvt.goplugin.launch.SocketFolder;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.logs.SystemLogSink;
import dev.cvt.goplugin.orphan.Family;
import dev.cvt.goplugin.posix.Cgroup;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;

/**
 * One start of one plugin, from the first look at its file to the first byte of HTTP/2. Runs on the
 * caller's thread, all of it or what {@link #prepare} has left; whatever goes wrong, and at an
 * interrupt, nothing of it is left. Used once.
 */
final class Starting {
  /** Somebody may be about to finish writing the program. Nothing else is tried again. */
  private static final int BUSY_ATTEMPTS = 10;

  private static final Duration BUSY_PAUSE = Duration.ofMillis(50);

  private final HostParts host;
  private final Launch launch;
  private final long number;
  private final BlockingQueue<StartEvent> events = new LinkedBlockingQueue<>();
  private final PluginLog log;

  /** Runs only from the start itself: what is prepared takes nothing of its time. */
  private PhaseClock clock;

  /** What it has brought about is visible to whoever has waited for its end. */
  private Optional<CompletableFuture<Ground>> preparing = Optional.empty();

  private Optional<Path> folder = Optional.empty();
  private Optional<Cgroup> group = Optional.empty();
  private Optional<Held> held = Optional.empty();
  private Optional<Child> child = Optional.empty();
  private Optional<Connection> connection = Optional.empty();

  Starting(HostParts host, Launch launch, long number) {
    this.host = host;
    this.launch = launch;
    this.number = number;
    this.clock = new PhaseClock(launch.startTimeout());
    Consumer<LogEntry> logs =
        launch.logs().orElseGet(() -> new SystemLogSink(host.logger(), launch.name()));
    this.log =
        new PluginLog(
            launch.name(),
            host.logger(),
            logs,
            launch.output().orElse(line -> logs.accept(SystemLogSink.entry(line, Instant.now()))),
            launch.scrubber());
  }

  /** What a process is started on. */
  private record Ground(Map<String, String> environment, Optional<OneTimeIdentity> identity) {}

  /**
   * Does ahead, on a thread of its own, all that comes before the program is executed: up to a
   * process, where the system can hold one. What goes wrong is told by {@link #run}. Called before
   * it, by the same thread.
   *
   * <p>A platform thread: whoever hashes on a virtual one does not let go of its carrier before he
   * is done, and with as many of those as there are processors a virtual thread would only begin
   * then.
   */
  void prepare() {
    var ground = new CompletableFuture<Ground>();
    try {
      Thread.ofPlatform()
          .daemon()
          .name("goplugin-prepare-" + launch.name())
          .start(() -> prepare(ground));
      preparing = Optional.of(ground);
    } catch (OutOfMemoryError e) {
      preparing = Optional.empty(); // no thread is to be had: the start does it all
    }
  }

  private void prepare(CompletableFuture<Ground> ground) {
    try {
      ground.complete(prepared());
    } catch (Refusal | RuntimeException | Error e) {
      ground.completeExceptionally(e);
    }
  }

  private Ground prepared() throws Refusal {
    var ground = ground();
    held = host.forker().hold(command(), ground.environment(), launch.directory(), group);
    held.map(Held::process).ifPresent(this::adopt);
    return ground;
  }

  /** Ends the waiting, from another thread. */
  void hostCloses() {
    events.add(new StartEvent.HostClosing());
  }

  /** What a start says that is overtaken by its host's end. */
  static Finding closing(Phase phase) {
    return new Finding(
        phase,
        Diagnosis.HOST_CLOSED,
        "its host was closed meanwhile",
        "start it with a host that is open");
  }

  /** What a start is told whose host was closed after it had been prepared. */
  StartFailure hostClosed() {
    return failure(new Refusal(closing(Phase.PREFLIGHT)), Optional.empty(), clock.timings());
  }

  RunningPlugin run() throws StartFailure, InterruptedException {
    clock = new PhaseClock(launch.startTimeout());
    boolean started = false;
    try {
      var plugin = start();
      started = true;
      return plugin;
    } catch (Refusal e) {
      var exit =
          child.map(Child::exit).filter(CompletableFuture::isDone).map(CompletableFuture::join);
      var timings = clock.timings();
      abandon();
      started = true; // as far as the clean-up goes: it is done
      if (Thread.interrupted()) {
        throw new InterruptedException(); // which may be what it failed of, in the middle of a read
      }
      throw failure(e, exit, timings);
    } finally {
      if (!started) {
        abandon();
      }
    }
  }

  private StartFailure failure(Refusal e, Optional<Exit> exit, Timings timings) {
    var finding = e.finding();
    var failure =
        new StartFailure(
            launch.name(),
            finding.phase(),
            finding.diagnosis(),
            launch.scrubber().apply(finding.fact()),
            finding.remedy(),
            exit,
            log.lastWords(),
            timings);
    if (e.getCause() != null) {
      failure.initCause(e.getCause());
    }
    return failure;
  }

  /** What must be there before any process is. */
  private Ground ground() throws Refusal {
    var callers = new TreeMap<>(launch.environment());
    callers.put(launch.handshake().cookieKey(), launch.handshake().cookieValue());
    host.preflight().check(launch.program(), launch.arguments(), callers, launch.directory());
    var identity =
        launch.autoMtls()
            ? Optional.of(OneTimeIdentity.generate())
            : Optional.<OneTimeIdentity>empty();
    var mark = host.mark(number);
    host.guard();
    var sockets = host.sockets().forPlugin(number, launch.socketGroup());
    folder = Optional.of(sockets);
    group = host.cgroups().forPlugin(number);
    var environment =
        new ChildEnvironment(
                launch.handshake(),
                sockets,
                launch.socketGroup(),
                identity.map(OneTimeIdentity::pem),
                host.outerMark() + mark)
            .over(launch.environment());
    return new Ground(environment, identity);
  }

  private Ground readyGround() throws Refusal, InterruptedException {
    if (preparing.isEmpty()) {
      return ground();
    }
    try {
      return preparing.get().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Refusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException("the start could not be prepared", e.getCause());
    }
  }

  private RunningPlugin start() throws Refusal, InterruptedException {
    var ground = readyGround();
    var identity = ground.identity();
    var mark = host.mark(number);
    var line = launchUntilNotBusy(ground);
    var process = child.orElseThrow();
    process.lineSettled();
    var objection = LineVerdict.of(line, launch.handshake());
    if (objection.isPresent()) {
      throw new Refusal(objection.get());
    }
    var announced = Announced.in(line, identity.isPresent());
    if (identity.isEmpty() && line.certificate().isPresent()) {
      log.notice(
          System.Logger.Level.WARNING, "it sent a certificate that nobody asked for: not used");
    }
    clock.enter(Phase.CONNECT); // what follows is this side's, and no matter of the line
    var security =
        identity.flatMap(own -> announced.certificate().map(theirs -> Security.of(own, theirs)));
    var connected =
        new Connecting(
                launch,
                announced.address(),
                new Connections(host.loop(), announced.address(), security, launch.maxInbound()),
                log,
                events,
                clock,
                new ConnectEvidence(line, security.isPresent(), false))
            .await();
    connection = Optional.of(connected);
    if (launch.mustServe()) {
      new FirstHealth(connected.channel(), process, clock).check();
    }
    return new RunningPlugin(
        host,
        launch,
        new RunningPlugin.Parts(
            process,
            family(process, mark),
            connected,
            log,
            folder.orElseThrow(),
            line,
            security,
            announced
                .certificate()
                .flatMap(theirs -> connected.session().map(session -> peer(session, theirs))),
            clock.timings()));
  }

  private HandshakeLine launchUntilNotBusy(Ground ground) throws Refusal, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return launchOnce(ground);
      } catch (Refusal e) {
        if (e.finding().diagnosis() != Diagnosis.TEXT_FILE_BUSY
            || attempt == BUSY_ATTEMPTS
            || clock.left().compareTo(BUSY_PAUSE) < 0) {
          throw e;
        }
        // What came of this try is over; that the host closes is not.
        events.removeIf(event -> !(event instanceof StartEvent.HostClosing));
        Thread.sleep(BUSY_PAUSE);
      }
    }
  }

  private HandshakeLine launchOnce(Ground ground) throws Refusal, InterruptedException {
    clock.enter(Phase.EXEC);
    if (held.isPresent()) {
      held.get().go();
      held = Optional.empty(); // one that is tried again is started from the beginning
    } else {
      child.ifPresent(host::unwatch); // the one before, which never became the program
      adopt(host.forker().start(command(), ground.environment(), launch.directory(), group));
    }
    clock.enter(Phase.FIRST_BYTE);
    // While the program comes up, this side does what it will need: a cold JVM has much to load.
    host.loop().prepare(ground.identity());
    return new LineWait(launch, events, clock, log::lastWords).await();
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(launch.program().toString());
    command.addAll(launch.arguments());
    return command;
  }

  /** From here on it is looked after, and its pipes are read. */
  private void adopt(Process process) {
    Child started;
    try {
      started =
          new Child(
              launch.name(),
              process,
              launch.strictLine(),
              host.table(),
              log,
              host.lookout(),
              sighting -> events.add(new StartEvent.Saw(sighting)));
    } catch (RuntimeException | Error e) {
      process.destroyForcibly(); // nobody else knows it, as when the system gives no more threads
      throw e;
    }
    child = Optional.of(started);
    host.watch(started);
    var _ = started.exit().thenAccept(exit -> events.add(new StartEvent.Ended(exit)));
  }

  private static Peer peer(SSLSession session, X509Certificate certificate) {
    return new Peer(certificate, session.getProtocol(), session.getCipherSuite());
  }

  private Family family(Child process, String mark) {
    return new Family(host.census(), host.signals(), process.entry(), mark, group);
  }

  /** Ends what there is, whether interrupted or not, and leaves nothing. Bounded by the grace. */
  void abandon() {
    boolean interrupted = Thread.interrupted();
    try {
      // Not a virtual one: that waits without end where no carrier is to be had.
      var work =
          Thread.ofPlatform()
              .daemon()
              .name("goplugin-abandon-" + launch.name())
              .start(this::leaveNothing);
      interrupted |= joined(work);
    } catch (OutOfMemoryError e) {
      leaveNothing(); // no thread is to be had; who interrupts now may hold up a part of it
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the caller was interrupted as it waited. */
  private static boolean joined(Thread work) {
    boolean interrupted = false;
    while (true) {
      try {
        work.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  private void leaveNothing() {
    // Whether it went well or not, and whoever interrupts: a fork, at most.
    preparing.ifPresent(ground -> ground.handle((_, _) -> true).join());
    connection.ifPresent(opened -> opened.end().run());
    child.ifPresent(
        process -> {
          Ending.kill(process, family(process, host.mark(number)), launch);
          host.unwatch(process);
        });
    log.close();
    group.ifPresent(Cgroup::remove);
    folder.ifPresent(SocketFolder::remove);
  }
}
