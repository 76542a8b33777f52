package dev.cvt.goplugin.posix;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Signals by the surest way that this system and this JVM offer, found out when the first one is
 * sent: most plugins never need any. Thread-safe.
 */
public final class BestSignals implements Signals {
  private final ProcessTable table;
  private final AtomicReference<@Nullable Signals> chosen = new AtomicReference<>();

  /** Of a table that tells processes apart. */
  public BestSignals(ProcessTable table) {
    this.table = table;
  }

  @Override
  public boolean send(ProcessTable.Entry target, Kind kind) {
    var way = chosen.get();
    if (way == null) {
      way = choose();
      chosen.set(way);
    }
    try {
      return way.send(target, kind);
    } catch (PidfdSignals.Unsupported e) {
      var other = new HandleSignals(table);
      chosen.set(other);
      return other.send(target, kind);
    }
  }

  private Signals choose() {
    try {
      return new PidfdSignals(table);
    } catch (PidfdSignals.Unsupported | UnsupportedOperationException e) {
      return new HandleSignals(table);
    }
  }
}
