package dev.cvt.pluginmgr.spi;

import java.time.Instant;

/** One record and one event, as a manager would hand them over. */
final class Recorded {
  static final Instant TIME = Instant.parse("2026-04-17T19:00:00Z");

  static final AuditRecord RECORD =
      new AuditRecord(
          AuditRecord.Kind.READ,
          "rest",
          "rest/1.0",
          "ab".repeat(32),
          1,
          "r-1",
          "registry.v1",
          "FetchSchema",
          0,
          AuditRecord.Outcome.OK,
          "",
          TIME);

  static final LifecycleEvent EVENT =
      new LifecycleEvent(LifecycleEvent.Type.READY, "rest", 1, "plugin rest is ready", TIME);

  private Recorded() {}
}
