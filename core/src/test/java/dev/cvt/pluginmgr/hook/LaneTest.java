package dev.cvt.pluginmgr.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Member;
import dev.cvt.pluginmgr.supervise.Reply;
import dev.cvt.pluginmgr.supervise.Session;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a caller who is interrupted while he waits for a restart has taken, he gives back. */
@Timeout(30)
class LaneTest {
  private static final Path HOME = Path.of("/home/u");

  private final PluginMetrics metrics = new PluginMetrics(MetricsBackend.none());
  private final Member member = new Member("registry", metrics);

  @AfterEach
  void takeBackTheInterrupt() {
    var _ = Thread.interrupted();
  }

  private Lane lane(Consumer<Config.PluginBuilder> settings) {
    var config =
        Config.builder()
            .home(HOME)
            .plugin(
                "registry",
                p -> {
                  p.binary(HOME.resolve(".cvt/plugins/registry")).waitForRestart(true);
                  settings.accept(p);
                })
            .build();
    return new Lane(Objects.requireNonNull(config.plugins().get("registry")), member, metrics);
  }

  private Admission admit(Lane lane) throws InterruptedException {
    return lane.admit(Rpc.FETCH_SCHEMA, System.nanoTime() + Duration.ofSeconds(10).toNanos());
  }

  /** Dies just as the call comes in, whose caller is interrupted at the same time. */
  private void admitAndInterrupt(Lane lane) {
    member.inject(
        new Answering() {
          @Override
          public boolean enter() {
            Thread.currentThread().interrupt();
            return false;
          }
        });
    assertThatThrownBy(() -> admit(lane)).isInstanceOf(InterruptedException.class);
    member.inject(new Answering());
  }

  @Test
  void callerInterruptedInHisTurn_leavesItToTheNext() throws Exception {
    var lane = lane(p -> p.limits(new Config.Limits(1, 0)));
    admitAndInterrupt(lane);
    assertThat(admit(lane)).isInstanceOf(Admission.In.class);
  }

  @Test
  void probeWhoseCallerIsInterrupted_leavesItToTheNext() throws Exception {
    var lane = lane(p -> p.breaker(new Config.Breaker(1, Duration.ofMillis(10), 1)));
    member.inject(new Answering());
    assertThat(admit(lane)).isInstanceOf(Admission.In.class);
    lane.ended(new Answering(), Breaker.End.ILL);
    Thread.sleep(15); // it is left alone for so long
    admitAndInterrupt(lane);
    assertThat(admit(lane)).isInstanceOf(Admission.In.class);
  }

  private static class Answering implements Session {
    @Override
    public Identity identity() {
      return new Identity("registry/1", "ab", 1, List.of(Rpc.REGISTRY));
    }

    @Override
    public boolean enter() {
      return true;
    }

    @Override
    public void leave() {}

    @Override
    public <Q, R> Reply<R> call(MethodDescriptor<Q, R> method, Q request, long timeout) {
      return Reply.Failed.of("Internal", "nobody calls");
    }
  }
}
