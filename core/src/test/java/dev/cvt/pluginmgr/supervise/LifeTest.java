package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.supervise.Life.Effect;
import dev.cvt.pluginmgr.supervise.Life.Event;
import dev.cvt.pluginmgr.supervise.Life.State;
import dev.cvt.pluginmgr.supervise.Life.Vitals;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of a plugin's life: some rows by name, and all of it against the world's rules. */
class LifeTest {
  private static final Duration STABLE = Duration.ofSeconds(60);
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private static Policy policy(boolean keepsTrying, int limit, int failures, Duration period) {
    return new Policy(
        keepsTrying,
        new Config.Restart(
            true,
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            STABLE,
            limit,
            Duration.ofMinutes(5)),
        new Config.Health(period, Duration.ofSeconds(2), failures, false));
  }

  private static final Policy USUAL = policy(false, 2, 3, PERIOD);

  private static Restarts restarts(int inARow, int counted) {
    return new Restarts(inARow, Collections.nCopies(counted, 0L));
  }

  private static State running(Vitals vitals) {
    return new State.Running(restarts(1, 1), vitals);
  }

  static Stream<Arguments> rows() {
    var none = Restarts.none();
    var one = restarts(1, 1);
    var again =
        new Effect[] {
          new Effect.ForgetTimers(),
          new Effect.CountRestart(),
          new Effect.Tell(News.RESTARTING),
          new Effect.Launch()
        };
    var buried =
        new Effect[] {
          new Effect.ForgetTimers(),
          new Effect.Withdraw(),
          new Effect.Tell(News.DIED),
          new Effect.Clear(false)
        };
    return Stream.of(
        row(
            "a start launches",
            new State.Idle(),
            Event.START,
            new State.Starting(none, true),
            new Effect.Launch(),
            new Effect.Tell(News.STARTED)),
        row(
            "a first launch that succeeds lets calls in, then answers",
            new State.Starting(none, true),
            Event.LAUNCHED,
            new State.Running(none, new Vitals.Well()),
            new Effect.Admit(),
            new Effect.Tell(News.READY),
            new Effect.Answer(),
            new Effect.Set(Event.STABLE, STABLE),
            new Effect.CheckHealth()),
        row(
            "a first launch that fails ends it",
            new State.Starting(none, true),
            Event.LAUNCH_FAILED,
            new State.Stopped(),
            new Effect.Answer()),
        row(
            "a restart that fails waits for the next",
            new State.Starting(one, false),
            Event.LAUNCH_FAILED,
            new State.BackingOff(restarts(2, 2)),
            new Effect.Set(Event.RETRY_DUE, Duration.ofSeconds(1))),
        row(
            "the limit of restarts gives it up",
            new State.Starting(restarts(2, 2), false),
            Event.LAUNCH_FAILED,
            new State.GaveUp(),
            new Effect.Tell(News.GAVE_UP),
            new Effect.Set(Event.WATCH_DUE, Life.WATCH_PERIOD)),
        row(
            "a death is buried",
            running(new Vitals.Well()),
            Event.DIED,
            new State.Burying(one),
            buried),
        row(
            "a burial comes first, the first restart at once",
            new State.Burying(none),
            Event.CLEARED,
            new State.Starting(one, false),
            again),
        row(
            "a wait that is over launches",
            new State.BackingOff(one),
            Event.RETRY_DUE,
            new State.Starting(one, false),
            again),
        row(
            "one failed check degrades",
            running(new Vitals.Well()),
            Event.HEALTH_FAILED,
            running(new Vitals.Failing(1)),
            new Effect.Tell(News.DEGRADED),
            new Effect.Set(Event.HEALTH_DUE, PERIOD)),
        row(
            "a second says nothing new",
            running(new Vitals.Failing(1)),
            Event.HEALTH_FAILED,
            running(new Vitals.Failing(2)),
            new Effect.Set(Event.HEALTH_DUE, PERIOD)),
        row(
            "the third is a death",
            running(new Vitals.Failing(2)),
            Event.HEALTH_FAILED,
            new State.Burying(one),
            buried),
        row(
            "a good check makes it ready again",
            running(new Vitals.Failing(2)),
            Event.HEALTH_PASSED,
            running(new Vitals.Well()),
            new Effect.Tell(News.READY),
            new Effect.Set(Event.HEALTH_DUE, PERIOD)),
        row(
            "no health service degrades and never kills",
            running(new Vitals.Unknown()),
            Event.HEALTH_ABSENT,
            running(new Vitals.Unknown()),
            new Effect.Set(Event.HEALTH_DUE, PERIOD)),
        row(
            "a stable time shortens the next wait, the limit remembers",
            new State.Running(restarts(2, 2), new Vitals.Well()),
            Event.STABLE,
            new State.Running(restarts(0, 2), new Vitals.Well())),
        row(
            "a stop lets calls finish",
            running(new Vitals.Well()),
            Event.STOP,
            new State.Stopping(),
            new Effect.ForgetTimers(),
            new Effect.Withdraw(),
            new Effect.Clear(true)),
        row(
            "a stop cancels a launch",
            new State.Starting(none, true),
            Event.STOP,
            new State.Stopping(),
            new Effect.CancelLaunch()),
        row(
            "a launch that was quicker than its cancelling is cleared away",
            new State.Stopping(),
            Event.LAUNCHED,
            new State.Stopping(),
            new Effect.Clear(true)),
        row(
            "a stop in a wait is at once",
            new State.BackingOff(one),
            Event.STOP,
            new State.Stopped(),
            new Effect.ForgetTimers(),
            new Effect.Tell(News.STOPPED)),
        row(
            "a reset starts from a clean slate",
            new State.GaveUp(),
            Event.RESET,
            new State.Starting(none, false),
            again),
        row(
            "another binary does the same, and is told",
            new State.GaveUp(),
            Event.BINARY_CHANGED,
            new State.Starting(none, false),
            new Effect.Tell(News.INSTALLED),
            new Effect.ForgetTimers(),
            new Effect.CountRestart(),
            new Effect.Tell(News.RESTARTING),
            new Effect.Launch()),
        row(
            "one that was given up is looked at now and then",
            new State.GaveUp(),
            Event.WATCH_DUE,
            new State.GaveUp(),
            new Effect.LookAtBinary(),
            new Effect.Set(Event.WATCH_DUE, Life.WATCH_PERIOD)));
  }

  private static Arguments row(
      String what, State state, Event event, State next, Effect... effects) {
    return Arguments.of(what, state, event, next, List.of(effects));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void row_applied_givesStateAndEffects(
      String what, State state, Event event, State next, List<Effect> effects) {
    var step = Life.step(state, event, USUAL, 0, 0);

    assertThat(step.next()).isEqualTo(next);
    assertThat(step.effects()).isEqualTo(effects);
  }

  @Test
  void firstLaunchThatFails_supervised_answersAndTriesAgainAtOnce() {
    var step =
        Life.step(
            new State.Starting(Restarts.none(), true),
            Event.LAUNCH_FAILED,
            policy(true, 2, 3, PERIOD),
            0,
            0);

    assertThat(step.next()).isEqualTo(new State.Starting(restarts(1, 1), false));
    assertThat(step.effects()).startsWith(new Effect.Answer()).endsWith(new Effect.Launch());
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE,
        -1,
        0,
        1,
        9_999_999_999L,
        10_000_000_000L,
        9_000_000_000_000_000_001L
      })
  void wellPlugins_examinedAtAnyTime_areAskedAgainOnOneBeat(long now) {
    for (var event : List.of(Event.HEALTH_PASSED, Event.HEALTH_ABSENT)) {
      var wait = wait(Life.step(running(new Vitals.Failing(1)), event, USUAL, 0, now));

      assertThat(wait).isPositive().isLessThanOrEqualTo(PERIOD);
      assertThat((now + wait.toNanos()) % PERIOD.toNanos()).isZero();
    }
  }

  @Test
  void pluginThatFails_atAnyTime_isAskedAgainAfterAWholePeriod() {
    var step = Life.step(running(new Vitals.Well()), Event.HEALTH_FAILED, USUAL, 0, 123);

    assertThat(wait(step)).isEqualTo(PERIOD);
  }

  private static Duration wait(Life.Step step) {
    return step.effects().stream()
        .flatMap(e -> e instanceof Effect.Set(Event _, Duration after) ? Stream.of(after) : null)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void launched_withoutHealthChecks_setsNone() {
    var step =
        Life.step(
            new State.Starting(Restarts.none(), false),
            Event.LAUNCHED,
            policy(false, 2, 3, Duration.ZERO),
            0,
            0);

    assertThat(step.effects()).doesNotContain(new Effect.CheckHealth());
  }

  /** A plugin with the world around it: what is under way, and which alarms are set. */
  private record World(
      State state,
      boolean launching,
      boolean run,
      boolean admitted,
      boolean clearing,
      boolean checking,
      boolean answered,
      Set<Event> alarms) {
    World {
      alarms = Set.copyOf(alarms);
    }

    /** Everything that the world can do next. */
    Set<Event> possible() {
      var events = EnumSet.of(Event.START, Event.STOP, Event.RESET, Event.BINARY_CHANGED);
      events.addAll(alarms);
      if (launching) {
        events.addAll(Set.of(Event.LAUNCHED, Event.LAUNCH_FAILED));
      }
      if (run) {
        events.add(Event.DIED);
      }
      if (checking) {
        events.addAll(Set.of(Event.HEALTH_PASSED, Event.HEALTH_ABSENT, Event.HEALTH_FAILED));
      }
      if (clearing) {
        events.add(Event.CLEARED);
      }
      return events;
    }

    World after(Event event, Policy policy) {
      boolean nowLaunching = launching && event != Event.LAUNCHED && event != Event.LAUNCH_FAILED;
      boolean nowRun = (run && event != Event.CLEARED) || event == Event.LAUNCHED;
      boolean nowClearing = clearing && event != Event.CLEARED;
      boolean nowChecking =
          checking
              && event != Event.HEALTH_PASSED
              && event != Event.HEALTH_ABSENT
              && event != Event.HEALTH_FAILED
              && event != Event.CLEARED;
      boolean nowAdmitted = admitted;
      boolean nowAnswered = answered;
      var nowAlarms = new HashSet<>(alarms);
      nowAlarms.remove(event);

      var step = Life.step(state, event, policy, 0.5, 0);
      for (Effect effect : step.effects()) {
        switch (effect) {
          case Effect.Launch() -> {
            assertThat(nowLaunching || nowRun || nowClearing)
                .as("launched beside what is there: %s on %s", this, event)
                .isFalse();
            nowLaunching = true;
          }
          case Effect.CancelLaunch() -> assertThat(nowLaunching).isTrue();
          case Effect.Admit() -> {
            assertThat(nowRun && !nowAdmitted).as("%s on %s", this, event).isTrue();
            nowAdmitted = true;
          }
          case Effect.Withdraw() -> {
            assertThat(nowAdmitted).as("%s on %s", this, event).isTrue();
            nowAdmitted = false;
          }
          case Effect.Clear(boolean orderly) -> {
            assertThat(nowRun && !nowClearing).as("%s on %s", this, event).isTrue();
            assertThat(nowAdmitted).as("cleared while calls come in").isFalse();
            nowClearing = true;
          }
          case Effect.Set(Event alarm, Duration in) -> {
            assertThat(in).isPositive();
            nowAlarms.add(alarm);
          }
          case Effect.ForgetTimers() -> nowAlarms.clear();
          case Effect.CheckHealth() -> {
            assertThat(nowRun && !nowChecking).as("%s on %s", this, event).isTrue();
            nowChecking = true;
          }
          case Effect.Answer() -> {
            assertThat(nowAnswered).as("answered twice: %s on %s", this, event).isFalse();
            nowAnswered = true;
          }
          case Effect.LookAtBinary(), Effect.CountRestart(), Effect.Tell(News _) -> {}
        }
      }
      return new World(
          step.next(),
          nowLaunching,
          nowRun,
          nowAdmitted,
          nowClearing,
          nowChecking,
          nowAnswered,
          nowAlarms);
    }
  }

  private static final World BEGINNING =
      new World(new State.Idle(), false, false, false, false, false, false, Set.of());

  private static Map<World, Map<Event, World>> everything(Policy policy) {
    var all = new HashMap<World, Map<Event, World>>();
    var open = new ArrayDeque<World>(List.of(BEGINNING));
    while (!open.isEmpty()) {
      World world = open.pop();
      if (all.containsKey(world)) {
        continue;
      }
      var next = new HashMap<Event, World>();
      world.possible().forEach(event -> next.put(event, world.after(event, policy)));
      all.put(world, next);
      open.addAll(next.values());
    }
    return all;
  }

  static Stream<Policy> policies() {
    return Stream.of(true, false)
        .flatMap(
            keepsTrying ->
                Stream.of(0, 1, 2)
                    .flatMap(
                        limit ->
                            Stream.of(
                                policy(keepsTrying, limit, 1, PERIOD),
                                policy(keepsTrying, limit, 2, PERIOD),
                                policy(keepsTrying, limit, 2, Duration.ZERO))));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyReachableWorld_keepsTheRules(Policy policy) {
    var all = everything(policy);

    assertThat(all).hasSizeGreaterThan(10);
    for (World world : all.keySet()) {
      assertThat(world.admitted())
          .as("calls go in exactly while it runs: %s", world)
          .isEqualTo(world.state() instanceof State.Running);
      if (world.state() instanceof State.Stopped) {
        assertThat(world.run() || world.launching() || world.clearing())
            .as("stopped with something left: %s", world)
            .isFalse();
        assertThat(world.alarms()).as("stopped with an alarm set: %s", world).isEmpty();
      }
      if (world.state() instanceof State.BackingOff) {
        assertThat(world.alarms()).as("backing off for ever").contains(Event.RETRY_DUE);
      }
      if (world.state() instanceof State.GaveUp) {
        assertThat(world.alarms()).as("given up and not looked at").contains(Event.WATCH_DUE);
      }
      if (world.state() instanceof State.Running && policy.checksHealth()) {
        assertThat(world.checking() || world.alarms().contains(Event.HEALTH_DUE))
            .as("runs unexamined: %s", world)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void everyReachableWorld_stopped_endsWhateverHappens(Policy policy) {
    for (World world : everything(policy).keySet()) {
      var path = new ArrayList<Event>(List.of(Event.STOP));
      World now = world.after(Event.STOP, policy);
      while (!(now.state() instanceof State.Stopped)) {
        // What is under way ends, and nothing else has to happen.
        Event next =
            now.launching()
                ? (path.size() % 2 == 0 ? Event.LAUNCHED : Event.LAUNCH_FAILED)
                : Event.CLEARED;
        assertThat(now.possible()).as("stuck in %s after %s", now, path).contains(next);
        path.add(next);
        now = now.after(next, policy);
        assertThat(path).hasSizeLessThan(5);
      }
    }
  }

  @Test
  void stopped_staysStoppedOnEveryEvent() {
    for (Event event : Event.values()) {
      assertThat(Life.step(new State.Stopped(), event, USUAL, 0, 0))
          .isEqualTo(Life.Step.to(new State.Stopped()));
    }
  }
}
