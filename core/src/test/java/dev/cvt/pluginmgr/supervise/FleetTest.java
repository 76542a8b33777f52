package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All plugins of a manager together. */
@Timeout(120)
class FleetTest {
  @TempDir Path home;

  private Fleet fleet(Map<String, String> host) {
    return new Fleet(
        StateFile.of(config().build()),
        new PluginMetrics(MetricsBackend.none()),
        new Masks(),
        new Announcer(AuditSink.none(), List.of()),
        host,
        _ -> () -> {});
  }

  private Config.Builder config() {
    return Config.builder().home(home);
  }

  @Test
  void change_waitsUntilAStartHasTakenOver() throws Exception {
    var fleet = fleet(Map.of());
    var config = config().build();
    var changed = new AtomicBoolean();
    var end = new CompletableFuture<Boolean>();
    fleet.start(
        config,
        () -> {
          var changing =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try {
                          fleet.change(config, () -> changed.set(true));
                          end.complete(changed.get());
                        } catch (Exception e) {
                          end.completeExceptionally(e);
                        }
                      });
          while (changing.getState() != Thread.State.WAITING && !end.isDone()) {
            Thread.onSpinWait();
          }
          assertThat(changed).isFalse();
        });

    assertThat(end).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true);
    fleet.stop();
  }
}
