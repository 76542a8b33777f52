package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.supervise.Standing.Condition;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner of a plugin's life, over runs that are no processes. */
@Timeout(30)
class SupervisorTest {
  private final Member member = new Member("test", new PluginMetrics(MetricsBackend.none()));
  private final AtomicInteger alive = new AtomicInteger();
  private final List<News> news = new CopyOnWriteArrayList<>();
  private final Masks masks = new Masks();
  private volatile String fingerprint = "one";

  /** A run in memory. */
  private class Memory implements Run {
    private final Gate gate = new Gate();
    private final CompletableFuture<Failure> death = new CompletableFuture<>();
    private final long pid = alive.incrementAndGet();

    @Override
    public Identity identity() {
      return new Identity("test/1", "ab", pid, List.of());
    }

    @Override
    public SortedMap<String, Config.Value> delivered() {
      return Collections.emptySortedMap();
    }

    @Override
    public SortedMap<Stage, Duration> timings() {
      return Collections.emptySortedMap();
    }

    @Override
    public CompletionStage<Failure> death() {
      return death;
    }

    @Override
    public Life.Event health(Config.Health how) {
      return Life.Event.HEALTH_PASSED;
    }

    @Override
    public void end(Duration drain) {
      gate.shut();
      alive.decrementAndGet();
      death.complete(failure("was ended"));
    }

    @Override
    public boolean enter() {
      return gate.enter();
    }

    @Override
    public void leave() {
      gate.leave();
    }

    @Override
    public <Q, R> Reply<R> call(MethodDescriptor<Q, R> method, Q request, long timeout) {
      return Reply.Failed.of(Codes.UNIMPLEMENTED, "");
    }
  }

  private static Failure failure(String what) {
    return new Failure(
        "test",
        Stage.RUNNING,
        "TEST",
        what,
        "nothing",
        Optional.empty(),
        "",
        Collections.emptySortedMap(),
        Instant.now(),
        null);
  }

  private final class Watched implements Supervisor.Outlook {
    @Override
    public Masks masks() {
      return masks;
    }

    @Override
    public String fingerprint() {
      return fingerprint;
    }

    @Override
    public void tell(News what, long pid, String detail) {
      news.add(what);
    }

    @Override
    public void timed(SortedMap<Stage, Duration> timings) {}
  }

  private Supervisor supervisor(int limit, Run.Launcher launcher) {
    var policy =
        new Policy(
            true,
            new Config.Restart(
                true,
                Duration.ofMillis(1),
                Duration.ofMillis(2),
                Duration.ofMinutes(1),
                limit,
                Duration.ofMinutes(5)),
            new Config.Health(Duration.ofSeconds(10), Duration.ofSeconds(2), 3, false));
    var supervisor = new Supervisor(member, policy, launcher, new Watched(), 0);
    member.own(supervisor);
    supervisor.begin();
    return supervisor;
  }

  private static void awaitCondition(Supervisor supervisor, Condition condition)
      throws InterruptedException {
    while (supervisor.standing().condition() != condition) {
      Thread.sleep(1);
    }
  }

  private void stop(Supervisor supervisor) throws Exception {
    supervisor.stop(Duration.ZERO);
    supervisor.ended().get();
    assertThat(alive).hasValue(0);
    assertThat(member.session()).isNull();
  }

  @Test
  void healthCheckThatBreaks_isAFailedOne() throws Exception {
    var supervisor =
        supervisor(
            1,
            () ->
                new Memory() {
                  @Override
                  public Life.Event health(Config.Health how) {
                    throw new OutOfMemoryError("as where no thread is to be had");
                  }
                });
    awaitCondition(supervisor, Condition.DEGRADED);
    stop(supervisor);
  }

  @Test
  void launchThatBreaks_isAFailureLikeAnyOther() throws Exception {
    var supervisor =
        supervisor(
            1,
            () -> {
              throw new IllegalStateException("bug");
            });

    var failure = supervisor.first().get().orElseThrow();
    assertThat(failure.diagnosis()).isEqualTo("INTERNAL");
    assertThat(failure.what()).contains("bug");
    awaitCondition(supervisor, Condition.GAVE_UP);
    stop(supervisor);
  }

  @Test
  void launchThatBreaksOverASecret_doesNotTellIt() throws Exception {
    masks.learn(List.of(Config.Value.secret("hushhush one")));
    var supervisor =
        supervisor(
            1,
            () -> {
              throw new IllegalStateException(new IllegalArgumentException("\"hushhush one\""));
            });

    var failure = supervisor.first().get().orElseThrow();
    assertThat(failure.what()).contains("IllegalArgumentException", "****");
    assertThat(failure.toString()).doesNotContain("hushhush");
    assertThat(failure.cause()).hasNoCause().hasMessageContaining("****");
    stop(supervisor);
  }

  @Test
  void stop_duringALaunchThatHangs_cancelsIt() throws Exception {
    var inside = new CountDownLatch(1);
    var supervisor =
        supervisor(
            1,
            () -> {
              inside.countDown();
              new CountDownLatch(1).await();
              throw new AssertionError("nobody counts down");
            });
    inside.await();
    stop(supervisor);

    assertThat(supervisor.first()).isCancelled();
  }

  @Test
  void death_isFollowedByAnotherRun() throws Exception {
    var supervisor = supervisor(5, Memory::new);
    supervisor.first().get();
    var first = (Memory) Objects.requireNonNull(member.session());
    first.death.complete(failure("died"));
    Session second = member.await(first, TimeUnit.SECONDS.toNanos(20));

    assertThat(second).isNotNull().isNotSameAs(first);
    assertThat(supervisor.standing().restarts()).isEqualTo(1);
    assertThat(supervisor.standing().lastFailure().orElseThrow().what()).isEqualTo("died");
    stop(supervisor);
  }

  @Test
  void deathBeforeTheLaunchIsOver_isFollowedByAnotherRun() throws Exception {
    var runs = new AtomicInteger();
    var supervisor =
        supervisor(
            5,
            () -> {
              var run = new Memory();
              if (runs.getAndIncrement() == 0) {
                run.death.complete(failure("died at once"));
              }
              return run;
            });
    while (supervisor.standing().restarts() == 0) {
      Thread.sleep(1);
    }
    awaitCondition(supervisor, Condition.READY);

    assertThat(runs).hasValue(2);
    assertThat(supervisor.standing().lastFailure().orElseThrow().what()).isEqualTo("died at once");
    stop(supervisor);
  }

  @Test
  void whoeverWaits_hearsThatItWasGivenUp() throws Exception {
    var supervisor = supervisor(1, Memory::new);
    supervisor.first().get();
    var first = (Memory) Objects.requireNonNull(member.session());
    first.death.complete(failure("died"));
    var second = (Memory) Objects.requireNonNull(member.await(first, TimeUnit.SECONDS.toNanos(20)));
    second.death.complete(failure("died"));

    assertThat(member.await(second, TimeUnit.DAYS.toNanos(1))).isNull();
    assertThat(supervisor.standing().condition()).isEqualTo(Condition.GAVE_UP);
    stop(supervisor);
  }

  @Test
  void reset_ofOneThatWasGivenUp_launchesIt() throws Exception {
    var supervisor = supervisor(1, Memory::new);
    for (int i = 0; i < 2; i++) {
      awaitCondition(supervisor, Condition.READY);
      ((Memory) Objects.requireNonNull(member.session())).death.complete(failure("died"));
      awaitDown(i);
    }
    awaitCondition(supervisor, Condition.GAVE_UP);
    supervisor.reset();
    awaitCondition(supervisor, Condition.READY);
    stop(supervisor);
  }

  private void awaitDown(int deaths) throws InterruptedException {
    while (news.stream().filter(what -> what == News.DIED).count() <= deaths) {
      Thread.sleep(1);
    }
  }

  @Test
  void anotherOwner_isTheOnlyOneThatIsHeard() throws Exception {
    var old = supervisor(5, Memory::new);
    old.first().get();
    var next = supervisor(5, Memory::new);
    next.first().get();
    Session current = member.session();
    old.stop(Duration.ZERO);
    old.ended().get();

    assertThat(member.session()).isSameAs(current).isNotNull();
    stop(next);
  }

  /** Deaths, resets and a stop at random instants: whatever their order, nothing is left. */
  @RepeatedTest(50)
  void anyOrderOfEvents_endsWithNothingLeft() throws Exception {
    var random = ThreadLocalRandom.current();
    var supervisor =
        supervisor(
            1000,
            () -> {
              if (random.nextInt(4) == 0) {
                throw new Failure.Thrown(failure("did not start"));
              }
              return new Memory();
            });
    for (int i = random.nextInt(200); i > 0; i--) {
      if (member.session() instanceof Memory run && random.nextInt(3) == 0) {
        run.death.complete(failure("died"));
      }
      if (random.nextInt(20) == 0) {
        supervisor.reset();
      }
      Thread.onSpinWait();
    }
    stop(supervisor);

    assertThat(supervisor.standing().condition()).isEqualTo(Condition.STOPPED);
  }
}
