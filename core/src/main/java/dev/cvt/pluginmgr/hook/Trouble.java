package dev.cvt.pluginmgr.hook;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.audit.AuditTrail;
import dev.cvt.pluginmgr.config.GoDuration;
import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Masks;
import dev.cvt.pluginmgr.supervise.Reply;
import dev.cvt.pluginmgr.supervise.Session;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Why a call has no answer.
 *
 * @param plugin that was called
 * @param service such as {@code registry.v1}
 * @param method such as {@code FetchSchema}
 * @param code canonical, as Go spells it
 * @param requestId as it stands in the audit record
 * @param what happened, in words
 * @param remedy what to do about it
 * @param auditLost whether a sink did not take the record
 * @param cause where there is more to know
 */
public record Trouble(
    String plugin,
    String service,
    String method,
    String code,
    String requestId,
    String what,
    String remedy,
    boolean auditLost,
    @Nullable Throwable cause) {

  /** How long a caller whose connection broke waits to hear how the plugin ended. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private static final String SEE_LOG = "this is the plugin's own answer; see its log";

  /** The fact, then the fix. */
  public String message() {
    return "plugin "
        + plugin
        + ", "
        + service
        + "/"
        + method
        + ", request "
        + requestId
        + ": "
        + what
        + "; "
        + remedy;
  }

  /**
   * A call that failed.
   *
   * @param session that was called; null if the call was turned away before
   * @param timeout that the call had, in nanoseconds
   */
  static Trouble of(
      Config.Plugin plugin,
      Rpc<?, ?> rpc,
      String id,
      @Nullable Session session,
      long timeout,
      Reply.Failed<?> failed) {
    String said = failed.description();
    String what = said.isEmpty() ? failed.code() : failed.code() + ": " + said;
    String remedy = failed.remedy();
    if (!remedy.isEmpty()) {
      what = said;
    } else {
      switch (failed.code()) {
        case Codes.UNAVAILABLE -> {
          String dead = session == null ? "" : session.howItDied(PATIENCE).orElse("");
          what = dead.isEmpty() ? what : "it died in mid-call: it " + dead;
          remedy = dead.isEmpty() ? SEE_LOG : "it is started again by itself; call again";
        }
        case Codes.DEADLINE_EXCEEDED -> {
          what =
              "no answer within "
                  + GoDuration.print(Duration.ofNanos(timeout).truncatedTo(ChronoUnit.MICROS));
          remedy =
              timeout == plugin.timeout().toNanos()
                  ? "raise plugins." + plugin.name() + ".timeout in config.yaml if it needs longer"
                  : "give the call more time";
        }
        case Codes.UNIMPLEMENTED ->
            remedy = "it declares " + rpc.service() + " but leaves this method out; ask its author";
        default -> remedy = SEE_LOG;
      }
    }
    return new Trouble(
        plugin.name(),
        rpc.service(),
        rpc.method(),
        failed.code(),
        id,
        what,
        remedy,
        false,
        failed.cause());
  }

  /** A call, however it ended, whose audit record was lost. */
  static Trouble unaudited(
      Config.Plugin plugin, Rpc<?, ?> rpc, String id, Reply<?> reply, AuditTrail.Lost lost) {
    String code = Codes.UNKNOWN;
    String acted = "the plugin has acted, but the audit of it was lost";
    if (reply instanceof Reply.Failed<?> failed) {
      code = failed.code();
      acted =
          failed.reached()
              ? "the call failed with "
                  + code
                  + ", the plugin may have acted, and the audit of it was lost"
              : "the call failed with "
                  + code
                  + " before it reached the plugin, and the audit of it was lost";
    }
    return new Trouble(
        plugin.name(),
        rpc.service(),
        rpc.method(),
        code,
        id,
        acted + ": " + lost.what(),
        lost.remedy(),
        true,
        lost);
  }

  /** The same without secrets: a plugin may have had a hand in either text. */
  Trouble scrubbed(Masks masks) {
    return new Trouble(
        plugin,
        service,
        method,
        code,
        requestId,
        masks.scrub(what),
        masks.scrub(remedy),
        auditLost,
        masks.scrubIfThere(cause));
  }
}
