package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.ConnectEvidence;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.Child;
import io.grpc.Channel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The health of a plugin that must serve to count as started. */
record FirstHealth(Channel channel, Child process, PhaseClock clock) {

  /** How long the end of a process may take to be known once its connection is lost. */
  private static final Duration EXIT_PATIENCE = Duration.ofMillis(500);

  /**
   * Asks.
   *
   * @throws Refusal if it does not serve
   */
  void check() throws Refusal, InterruptedException {
    clock.enter(Phase.HEALTH);
    var health = HealthQuestion.ask(channel, clock.left());
    if (health.good()) {
      return;
    }
    if (health == Health.UNREACHABLE) {
      // The connection is lost an instant before the end of the process is known.
      long patience = Math.min(clock.left().toNanos(), EXIT_PATIENCE.toNanos());
      try {
        var exit = process.exit().get(patience, TimeUnit.NANOSECONDS);
        throw new Refusal(ConnectEvidence.ended(Phase.HEALTH, exit));
      } catch (TimeoutException e) {
        // It lives on: what is known is that it cannot be reached.
      } catch (ExecutionException e) {
        throw new IllegalStateException("the end of a process never fails", e);
      }
    }
    throw new Refusal(
        new Finding(Phase.HEALTH, Diagnosis.NOT_SERVING, health.fact(), health.remedy()));
  }
}
