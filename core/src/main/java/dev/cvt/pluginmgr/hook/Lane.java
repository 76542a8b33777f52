package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.config.GoDuration;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Member;
import dev.cvt.pluginmgr.supervise.Session;
import dev.cvt.pluginmgr.supervise.Standing;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The last stretch of the road: one plugin with its settings, and all that can be bound to it
 * before any call. Thread-safe. Breaker and queue exist only where they are configured.
 */
public final class Lane {
  private final Config.Plugin plugin;
  private final Member member;
  private final PluginMetrics metrics;
  private final long timeout;
  private final @Nullable Limiter limiter;
  private final @Nullable Breaker breaker;

  /** Bound at a method's first call, so that no series shows up that nobody caused. */
  private final Map<Config.Hook, PluginMetrics.Call> series = new ConcurrentHashMap<>();

  /** A lane to whatever answers to the member's name. */
  public Lane(Config.Plugin plugin, Member member, PluginMetrics metrics) {
    this.plugin = plugin;
    this.member = member;
    this.metrics = metrics;
    this.timeout = plugin.timeout().toNanos();
    this.limiter =
        plugin.limits().concurrent() == 0
            ? null
            : new Limiter(plugin.limits(), n -> metrics.queued(plugin.name(), n));
    this.breaker = plugin.breaker().failures() == 0 ? null : new Breaker(plugin.breaker());
  }

  /** Its settings. */
  public Config.Plugin plugin() {
    return plugin;
  }

  /** What answers. */
  public Member member() {
    return member;
  }

  /** The plugin's timeout in nanoseconds. */
  long timeout() {
    return timeout;
  }

  PluginMetrics.Call series(Rpc<?, ?> rpc) {
    PluginMetrics.Call bound = series.get(rpc.hook());
    return bound != null
        ? bound
        : series.computeIfAbsent(
            rpc.hook(), _ -> metrics.call(plugin.name(), rpc.service(), rpc.method()));
  }

  /**
   * Lets a call in, or turns it away. One that was let in must be given to {@link #ended}.
   *
   * @param deadline in the time of {@link System#nanoTime}
   */
  Admission admit(Rpc<?, ?> rpc, long deadline) throws InterruptedException {
    if (breaker != null && !breaker.admits(System.nanoTime())) {
      metrics.refused(plugin.name(), "breaker_open");
      return open();
    }
    boolean in = false;
    try {
      Admission admission = queue(rpc, deadline);
      in = admission instanceof Admission.In;
      return admission;
    } finally {
      if (breaker != null && !in) { // or its place among the probes would be taken for ever
        breaker.ended(Breaker.End.UNKNOWN, System.nanoTime());
      }
    }
  }

  private Admission queue(Rpc<?, ?> rpc, long deadline) throws InterruptedException {
    if (limiter == null) {
      return enter(rpc, deadline);
    }
    return switch (limiter.enter(deadline - System.nanoTime())) {
      case MINE -> inTurn(limiter, rpc, deadline);
      case QUEUE_FULL -> {
        metrics.refused(plugin.name(), "queue_full");
        yield full();
      }
      case TOO_LATE -> {
        metrics.refused(plugin.name(), "queue_timeout");
        yield tooLate();
      }
    };
  }

  private Admission inTurn(Limiter turns, Rpc<?, ?> rpc, long deadline)
      throws InterruptedException {
    boolean in = false;
    try {
      Admission admission = enter(rpc, deadline);
      in = admission instanceof Admission.In;
      return admission;
    } finally {
      if (!in) {
        turns.leave();
      }
    }
  }

  private Admission enter(Rpc<?, ?> rpc, long deadline) throws InterruptedException {
    Session dead = null;
    while (true) {
      Session session = member.session();
      if (session == null || session.equals(dead)) {
        session = plugin.waitForRestart() ? member.await(dead, deadline - System.nanoTime()) : null;
      }
      if (session == null) {
        return down();
      }
      if (!session.identity().services().contains(rpc.service())) {
        return undeclared(rpc, session);
      }
      if (session.enter()) {
        return new Admission.In(session);
      }
      // It died, or was replaced, since we looked: a second look tells which.
      dead = session;
    }
  }

  /** A call that was let in is over. */
  void ended(Session session, Breaker.End end) {
    session.leave();
    if (limiter != null) {
      limiter.leave();
    }
    if (breaker != null) {
      breaker.ended(end, System.nanoTime());
      metrics.breakerOpen(plugin.name(), breaker.isOpen());
    }
  }

  private Admission.Refused open() {
    return new Admission.Refused(
        Codes.UNAVAILABLE,
        "its calls have failed "
            + plugin.breaker().failures()
            + " times in a row, and it is left alone for "
            + GoDuration.print(plugin.breaker().openFor()),
        "wait, and see its log for the reason");
  }

  private Admission.Refused full() {
    return new Admission.Refused(
        Codes.RESOURCE_EXHAUSTED,
        "it has "
            + plugin.limits().concurrent()
            + " calls at once, as many as allowed, and "
            + plugin.limits().queued()
            + " more wait for their turn",
        "raise limits of plugin " + plugin.name() + " in pluginmgr.yaml, or call less often");
  }

  private Admission.Refused tooLate() {
    return new Admission.Refused(
        Codes.DEADLINE_EXCEEDED,
        "its turn did not come within the time for the call",
        "raise limits of plugin " + plugin.name() + " in pluginmgr.yaml, or call less often");
  }

  private Admission.Refused undeclared(Rpc<?, ?> rpc, Session session) {
    var declared = session.identity().services();
    return new Admission.Refused(
        Codes.UNAVAILABLE,
        "it does not offer " + rpc.service(),
        "bind "
            + rpc.hook().key()
            + " to a plugin that does; this one declares "
            + (declared.isEmpty() ? "no service" : String.join(", ", declared)));
  }

  /** Why each call of a hook would be turned away for what the plugin is; empty if it is fit. */
  public Optional<String> unfitFor(Config.Hook hook) {
    Rpc<?, ?> rpc = Rpc.of(hook);
    return Optional.ofNullable(member.session())
        .filter(now -> !now.identity().services().contains(rpc.service()))
        .map(now -> undeclared(rpc, now))
        .map(refused -> refused.what() + "; " + refused.remedy());
  }

  private Admission.Refused down() {
    Standing standing = member.standing();
    if (standing == null) {
      return new Admission.Refused(
          Codes.UNAVAILABLE, "it does not run", "start the manager before the first call");
    }
    String why = standing.lastFailure().map(failure -> ": it " + failure.brief()).orElse("");
    return switch (standing.condition()) {
      case READY, DEGRADED ->
          new Admission.Refused(
              Codes.UNAVAILABLE,
              "it has just died",
              "call again, or set wait_for_restart in pluginmgr.yaml");
      case STARTING ->
          new Admission.Refused(
              Codes.UNAVAILABLE,
              "it is being started" + why,
              "call again, or set wait_for_restart in pluginmgr.yaml");
      case BACKING_OFF ->
          new Admission.Refused(
              Codes.UNAVAILABLE,
              "it is down and will be started again" + why,
              "call again, or set wait_for_restart in pluginmgr.yaml");
      case GAVE_UP ->
          new Admission.Refused(
              Codes.UNAVAILABLE,
              "it was given up after "
                  + standing.restarts()
                  + (standing.restarts() == 1 ? " restart" : " restarts")
                  + why,
              "reset it (cvt-plugins reset "
                  + plugin.name()
                  + " --restarts), or install a binary that works");
      case STOPPING, STOPPED ->
          new Admission.Refused(
              Codes.UNAVAILABLE, "it has been stopped" + why, "start another manager");
    };
  }
}
