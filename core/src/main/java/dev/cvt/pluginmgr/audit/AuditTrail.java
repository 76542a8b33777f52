package dev.cvt.pluginmgr.audit;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * All sinks of one manager, as one sink: each gets every record, in the order in which they are
 * listed, and a sink that fails keeps none of the others from its record. Thread-safe.
 */
public final class AuditTrail implements AuditSink {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.audit");

  private final List<Member> members;
  private final boolean failOpen;
  private final LossListener losses;
  private volatile boolean closed;

  /**
   * A trail over these sinks.
   *
   * @param failOpen what {@code audit.on_error: fail_open} asks for: a record that a sink did not
   *     take goes to the log, whole, and the call goes on; otherwise {@link #record} throws
   * @param losses told of each record that a sink did not take, in either case
   */
  public AuditTrail(List<Member> members, boolean failOpen, LossListener losses) {
    this.members = List.copyOf(members);
    this.failOpen = failOpen;
    this.losses = losses;
  }

  /** The sinks behind it, in their order. */
  public List<Member> members() {
    return members;
  }

  /**
   * Hands the record to every sink.
   *
   * @throws Lost if at least one of them did not take it, or the trail is closed; never if it fails
   *     open
   */
  @Override
  public void record(AuditRecord record) {
    if (closed) {
      lose(record, List.of(new Failure("audit", new IllegalStateException("the trail is closed"))));
      return;
    }
    List<Failure> failures = List.of();
    for (Member member : members) {
      try {
        member.sink().record(record);
      } catch (Throwable e) { // a sink in Kotlin may throw anything; the others are to have it
        failures = with(failures, new Failure(member.name(), e));
      }
    }
    if (!failures.isEmpty()) {
      lose(record, failures);
    }
  }

  private static List<Failure> with(List<Failure> before, Failure next) {
    List<Failure> all = new ArrayList<>(before);
    all.add(next);
    return all;
  }

  private void lose(AuditRecord record, List<Failure> failures) {
    for (Failure failure : failures) {
      losses.lost(record, failure.sink());
    }
    Lost lost = new Lost(record, failures);
    if (!failOpen) {
      throw lost;
    }
    // The log is the last place where the record can still be kept.
    LOG.log(System.Logger.Level.ERROR, lost.what() + "; the record: " + record.toJson(), lost);
  }

  /** Tells every sink; what one throws is logged and has no other effect. */
  @Override
  public void event(LifecycleEvent event) {
    for (Member member : members) {
      try {
        member.sink().event(event);
      } catch (Throwable e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "audit sink " + member.name() + " failed on a lifecycle event: " + event.detail(),
            e);
      }
    }
  }

  /**
   * Closes the sinks that were made for this trail and none that was handed in. Closing again does
   * nothing; a record that comes afterwards is lost, as {@link #record} says.
   *
   * @throws RuntimeException what the first sink threw that could not be closed (an error as its
   *     cause), with what others threw suppressed; all of them have been tried
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    RuntimeException first = null;
    for (Member member : members) {
      if (!member.ours()) {
        continue;
      }
      try {
        member.sink().close();
      } catch (Throwable e) {
        if (first == null) {
          first =
              e instanceof RuntimeException thrown
                  ? thrown
                  : new IllegalStateException(
                      "audit sink " + member.name() + " could not be closed: " + e, e);
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * One sink of the trail.
   *
   * @param name the provider's id, or the class of a sink that was handed in
   * @param ours whether the trail closes it
   */
  public record Member(String name, AuditSink sink, boolean ours) {}

  /** Hears of each record that a sink did not take. */
  @FunctionalInterface
  public interface LossListener {
    /** Called on the thread of the call that is being recorded; must not throw. */
    void lost(AuditRecord record, String sink);
  }

  /** What one sink threw instead of taking a record. */
  public record Failure(String sink, Throwable cause) {}

  /**
   * A record that at least one sink did not take. All others have it. Each sink's own failure is
   * suppressed in it.
   */
  public static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient AuditRecord auditRecord;
    private final transient List<Failure> failures;
    private final String what;

    Lost(AuditRecord auditRecord, List<Failure> failures) {
      super(what(auditRecord, failures) + "; " + REMEDY);
      this.auditRecord = auditRecord;
      this.failures = List.copyOf(failures);
      this.what = what(auditRecord, failures);
      for (Failure failure : failures) {
        addSuppressed(failure.cause());
      }
    }

    private static final String REMEDY =
        "mend what keeps the sink from writing, or set audit.on_error: fail_open in pluginmgr.yaml"
            + " to carry on without the record";

    private static String what(AuditRecord r, List<Failure> failures) {
      StringBuilder text = new StringBuilder("the audit record of ");
      text.append(r.plugin()).append(' ').append(r.service()).append('/').append(r.method());
      text.append(", request ").append(r.requestId()).append(", was not taken by ");
      for (int i = 0; i < failures.size(); i++) {
        Failure failure = failures.get(i);
        text.append(i == 0 ? "" : ", ").append(failure.sink()).append(" (");
        text.append(reason(failure.cause())).append(')');
      }
      return text.toString();
    }

    private static String reason(Throwable cause) {
      String message = cause.getMessage();
      return message == null || message.isBlank() ? cause.getClass().getName() : message;
    }

    /** The record. */
    public AuditRecord auditRecord() {
      return auditRecord;
    }

    /** Who did not take it and why; never empty. */
    public List<Failure> failures() {
      return failures;
    }

    /** The fact alone, without the remedy. */
    public String what() {
      return what;
    }

    /** What to do about it. */
    public String remedy() {
      return REMEDY;
    }
  }
}
