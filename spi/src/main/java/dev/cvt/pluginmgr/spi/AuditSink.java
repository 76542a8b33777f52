package dev.cvt.pluginmgr.spi;

/**
 * Takes one record for each plugin call. Thread-safe: records arrive from many threads at once.
 *
 * <p>Writing is synchronous by contract: when {@link #record} returns, the sink has taken charge of
 * the record, and only then does the caller of the plugin get its answer.
 */
public interface AuditSink extends AutoCloseable {

  /**
   * Takes a record. Returning means that it was handed over to wherever it is kept.
   *
   * @throws RuntimeException if it could not be; the manager then fails the call with an error that
   *     says that the plugin has acted but the audit was lost (or logs and counts it, where {@code
   *     audit.on_error: fail_open} is set), after it has tried all other sinks
   */
  void record(AuditRecord record);

  /**
   * Hears what happens to the plugins as a whole. Does nothing unless overridden; what it throws is
   * logged and has no other effect.
   */
  default void event(LifecycleEvent event) {}

  /** Flushes and lets go. Called once, after the last record; does nothing unless overridden. */
  @Override
  default void close() {}

  /** A sink that drops everything. */
  static AuditSink none() {
    return record -> {};
  }

  /** A sink that keeps everything in memory, for tests. */
  static RecordingAuditSink recording() {
    return new RecordingAuditSink();
  }
}
