package dev.cvt.pluginmgr.audit;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;

/** Writes each record to {@link System.Logger}, as JSON, for a manager that has no sink at all. */
final class LogSink implements AuditSink {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.audit");

  private LogSink() {}

  /** The sink, after the one warning that it stands in. */
  static AuditSink warned() {
    LOG.log(
        System.Logger.Level.WARNING,
        "no audit sink is on the module path: records go to the log; add the jar of a sink, or hand"
            + " one to the manager's builder (AuditSink.none() drops them knowingly)");
    return new LogSink();
  }

  @Override
  public void record(AuditRecord record) {
    LOG.log(System.Logger.Level.INFO, () -> record.toJson());
  }
}
