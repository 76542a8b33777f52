package dev.cvt.pluginmgr.sinks.zapjson;

import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One line for each record and each lifecycle event. Returns once the kernel has the line. */
final class ZapJsonSink implements AuditSink {
  private final GroupCommit out;

  ZapJsonSink(GroupCommit out) {
    this.out = out;
  }

  @Override
  public void record(AuditRecord record) {
    write(ZapLine.of(record));
  }

  @Override
  public void event(LifecycleEvent event) {
    write(ZapLine.of(event));
  }

  private void write(ZapLine line) {
    try {
      out.append(line.bytes(), line.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
