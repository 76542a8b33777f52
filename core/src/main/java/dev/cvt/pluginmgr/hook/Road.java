package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.audit.AuditTrail;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Masks;
import dev.cvt.pluginmgr.supervise.Reply;
import dev.cvt.pluginmgr.supervise.Session;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The single road to a plugin: every call of every hook and client goes down {@link #call}, on the
 * caller's own thread. Thread-safe.
 */
public final class Road {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.hook");

  private final AuditTrail trail;
  private final Masks masks;

  /** A road along which every call is written to this trail. */
  public Road(AuditTrail trail, Masks masks) {
    this.trail = trail;
    this.masks = masks;
  }

  /** On whose terms a call is made. */
  public enum Terms {
    /** A hook's: {@code on_error} of the plugin is applied. */
    HOOK,
    /** A client's: every failure is handed on. */
    CLIENT
  }

  /**
   * A trip that is over.
   *
   * @param who answered, or would have
   * @param session that was called; null if the call was turned away
   * @param nanos that the call took
   */
  private record Trip<R>(Identity who, @Nullable Session session, Reply<R> reply, long nanos) {
    String code() {
      return reply instanceof Reply.Failed<R> failed ? failed.code() : "";
    }

    boolean reached() {
      return !(reply instanceof Reply.Failed<R> failed) || failed.reached();
    }
  }

  /**
   * Calls a plugin and waits for the outcome.
   *
   * @param within nanoseconds that the caller has; the plugin's own timeout bounds them
   */
  public <Q, R> Outcome<R> call(Lane lane, Rpc<Q, R> rpc, Q request, long within, Terms terms) {
    String given = rpc.requestId().apply(request);
    String id = given.isEmpty() ? newId() : masks.scrub(given);
    Q sent = given.isEmpty() ? rpc.withRequestId().apply(request, id) : request;
    long timeout = Math.min(lane.timeout(), within);
    Instant began = Instant.now();

    Trip<R> trip = travel(lane, rpc, sent, timeout);
    measure(lane.series(rpc), trip);
    AuditTrail.Lost lost = audit(lane.plugin(), rpc, id, began, trip);

    if (lost != null) {
      Trouble trouble = Trouble.unaudited(lane.plugin(), rpc, id, trip.reply(), lost);
      return new Outcome.Failed<>(trouble.scrubbed(masks));
    }
    return switch (trip.reply()) {
      case Reply.Answered<R>(R message) -> answered(lane.plugin(), rpc, id, message);
      case Reply.Failed<R> failed when terms == Terms.HOOK && failed.is(Codes.UNIMPLEMENTED) ->
          new Outcome.Nothing<>();
      case Reply.Failed<R> failed -> {
        Trouble trouble = Trouble.of(lane.plugin(), rpc, id, trip.session(), timeout, failed);
        yield failed(lane.plugin(), trouble.scrubbed(masks), terms);
      }
    };
  }

  private static <Q, R> Trip<R> travel(Lane lane, Rpc<Q, R> rpc, Q request, long timeout) {
    long deadline = System.nanoTime() + timeout;
    Admission admission;
    try {
      admission = lane.admit(rpc, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      admission = Admission.Refused.interrupted();
    }
    return switch (admission) {
      case Admission.Refused(String code, String what, String remedy) ->
          new Trip<>(
              lane.member().lastIdentity(),
              null,
              new Reply.Failed<>(code, what, remedy, false, null),
              0);
      case Admission.In(Session session) -> {
        Breaker.End end = Breaker.End.UNKNOWN;
        try {
          long start = System.nanoTime();
          Reply<R> reply = session.call(rpc.descriptor(), request, deadline - start);
          long nanos = System.nanoTime() - start;
          end = Breaker.End.of(reply);
          yield new Trip<>(session.identity(), session, reply, nanos);
        } finally {
          lane.ended(session, end);
        }
      }
    };
  }

  private static void measure(PluginMetrics.Call series, Trip<?> trip) {
    if (trip.reached()) {
      series.observe(trip.nanos());
    }
    String code = trip.code();
    if (!code.isEmpty()) {
      series.error(code);
    }
  }

  /** Writes the record; gives the loss, if it was lost. */
  private AuditTrail.@Nullable Lost audit(
      Config.Plugin plugin, Rpc<?, ?> rpc, String id, Instant began, Trip<?> trip) {
    String code = trip.code();
    AuditRecord.Outcome outcome =
        code.isEmpty()
            ? AuditRecord.Outcome.OK
            : code.equals(Codes.DEADLINE_EXCEEDED)
                ? AuditRecord.Outcome.TIMEOUT
                : AuditRecord.Outcome.ERROR;
    long millis = trip.reached() ? TimeUnit.NANOSECONDS.toMillis(trip.nanos()) : 0;
    var entry =
        new AuditRecord(
            rpc.kind(),
            plugin.name(),
            trip.who().reportedVersion(),
            trip.who().sha256(),
            trip.who().pid(),
            id,
            rpc.service(),
            rpc.method(),
            millis,
            outcome,
            code,
            began);
    // An interrupted thread that touches a file channel closes it for all others.
    boolean interrupted = Thread.interrupted();
    try {
      trail.record(entry);
      return null;
    } catch (AuditTrail.Lost e) {
      return e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static <R> Outcome<R> answered(
      Config.Plugin plugin, Rpc<?, R> rpc, String id, R message) {
    if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "plugin "
              + plugin.name()
              + ", "
              + rpc.service()
              + "/"
              + rpc.method()
              + ", request "
              + id
              + ": ok");
    }
    return new Outcome.Answer<>(message);
  }

  private static <R> Outcome<R> failed(Config.Plugin plugin, Trouble trouble, Terms terms) {
    if (terms == Terms.HOOK && plugin.onError() == Config.OnError.FAIL_OPEN) {
      LOG.log(
          System.Logger.Level.WARNING,
          trouble.message() + "\n  the caller goes on without it (on_error: fail_open)");
      return new Outcome.Nothing<>();
    }
    LOG.log(System.Logger.Level.DEBUG, trouble::message);
    return new Outcome.Failed<>(trouble);
  }

  /** A random UUID. It only has to differ from all others, so that plain randomness will do. */
  private static String newId() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(high, low).toString();
  }
}
