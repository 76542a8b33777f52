package dev.cvt.pluginmgr.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * One plugin call, as it is remembered. Names and order of the components are those of CVT v0.7.0;
 * they are frozen, news is told by {@link LifecycleEvent}.
 *
 * @param kind whether the call reads or writes
 * @param plugin the plugin's name in the configuration
 * @param reportedVersion {@code name/version} as the plugin reports itself; empty if it never ran
 * @param sha256 of the binary that runs, 64 lower-case hex digits; empty if it never ran
 * @param pid the plugin's process id; 0 if none was running
 * @param requestId the id that the request carried to the plugin; never empty
 * @param service {@code registry.v1} or {@code events.v1}
 * @param method the RPC's name, such as {@code FetchSchema}
 * @param durationMs whole milliseconds, cut, not rounded; 0 if the call never reached a plugin
 * @param outcome how it ended
 * @param errorCode the gRPC code's canonical name as Go spells it ({@code DeadlineExceeded}); empty
 *     exactly if the outcome is {@link Outcome#OK}
 * @param timestamp when the call began, UTC
 */
public record AuditRecord(
    Kind kind,
    String plugin,
    String reportedVersion,
    String sha256,
    long pid,
    String requestId,
    String service,
    String method,
    long durationMs,
    Outcome outcome,
    String errorCode,
    Instant timestamp) {

  public AuditRecord {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(plugin, "plugin");
    Objects.requireNonNull(reportedVersion, "reportedVersion");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(requestId, "requestId");
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(errorCode, "errorCode");
    Objects.requireNonNull(timestamp, "timestamp");
    if (errorCode.isEmpty() != (outcome == Outcome.OK)) {
      throw new IllegalArgumentException(
          "an error code goes with a failure and with nothing else: " + outcome + " " + errorCode);
    }
  }

  /**
   * The record on one line: the keys that CVT v0.7.0 uses, in the order of the components, {@code
   * error_code} left out when there is none, the timestamp as RFC 3339 in UTC.
   */
  public String toJson() {
    var json = new JsonLine(384);
    json.text("kind", kind.text()).text("plugin", plugin);
    json.text("reported_version", reportedVersion).text("sha256", sha256).number("pid", pid);
    json.text("request_id", requestId).text("service", service).text("method", method);
    json.number("duration_ms", durationMs).text("outcome", outcome.text());
    if (!errorCode.isEmpty()) {
      json.text("error_code", errorCode);
    }
    return json.text("timestamp", JsonLine.rfc3339(timestamp)).end();
  }

  /** What a call does to the world, as {@code fetch_schema} reads and the other hooks write. */
  public enum Kind {
    READ("read"),
    WRITE("write");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The word that stands in an audit record. */
    public String text() {
      return text;
    }
  }

  /** How a call ended. */
  public enum Outcome {
    OK("ok"),
    ERROR("error"),
    TIMEOUT("timeout");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    /** The word that stands in an audit record. */
    public String text() {
      return text;
    }
  }
}
