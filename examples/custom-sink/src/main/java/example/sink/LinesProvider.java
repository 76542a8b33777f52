package example.sink;

import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.AuditSinkProvider;
import dev.cvt.pluginmgr.spi.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Makes the sink that {@code pluginmgr.yaml} calls {@code lines}; {@code path} is its file. */
public final class LinesProvider implements AuditSinkProvider {
  @Override
  public String id() {
    return "lines";
  }

  @Override
  public Set<String> keys() {
    return Set.of("path");
  }

  @Override
  public AuditSink create(Context context) {
    Path file = context.base().resolve(context.settings().getOrDefault("path", "audit.tsv"));
    Object turn = new Object();
    return record -> {
      var line =
          String.join(
              "\t",
              record.timestamp().toString(),
              record.plugin(),
              record.service() + "/" + record.method(),
              record.outcome().text(),
              record.errorCode());
      synchronized (turn) {
        try {
          Files.writeString(
              file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
          // Thrown, not logged: the manager then fails the call, since its record would be lost.
          throw new UncheckedIOException("cannot append to " + file + "; make it writable", e);
        }
      }
    };
  }
}
