package dev.cvt.pluginmgr.spi;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is given, in the order of arrival, until it is dropped. Thread-safe; for tests. */
public final class RecordingAuditSink implements AuditSink {
  private final List<AuditRecord> records = new CopyOnWriteArrayList<>();
  private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

  RecordingAuditSink() {}

  @Override
  public void record(AuditRecord record) {
    records.add(record);
  }

  @Override
  public void event(LifecycleEvent event) {
    events.add(event);
  }

  /** A copy of the records so far. */
  public List<AuditRecord> records() {
    return List.copyOf(records);
  }

  /** A copy of the lifecycle events so far. */
  public List<LifecycleEvent> events() {
    return List.copyOf(events);
  }
}
