package dev.cvt.pluginmgr.sinks.zapjson;

import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.AuditSinkProvider;
import dev.cvt.pluginmgr.spi.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;

/** Makes the sink called {@code zap-json}. */
public final class ZapJsonProvider implements AuditSinkProvider {
  private static final String PATH = "path";

  @Override
  public String id() {
    return "zap-json";
  }

  @Override
  public Set<String> keys() {
    return Set.of(PATH);
  }

  /** Opens the file at once, so that a path that cannot be written to stops the start. */
  @Override
  public AuditSink create(Context context) {
    String path = context.settings().getOrDefault(PATH, "");
    if (path.isEmpty()) {
      return new ZapJsonSink(new GroupCommit(Target.standardError()));
    }
    Path file = context.base().resolve(path);
    try {
      return new ZapJsonSink(new GroupCommit(LogFile.open(file, System::nanoTime)));
    } catch (IOException e) {
      throw new UncheckedIOException(LogFile.cannotOpen(file, e), e);
    }
  }
}
