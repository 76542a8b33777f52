package dev.cvt.pluginmgr.supervise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One plugin's life as a table: a state and an event in, the next state and what is to be done out.
 *
 * <p>Pure. It knows no clock, thread or file: the time comes in with the event, and the owner of
 * the plugin ({@link Supervisor}) carries out the effects in their order. An event that means
 * nothing in a state, such as a health check that ends after the plugin has died, leaves the state
 * as it is.
 */
final class Life {
  private Life() {}

  /** Where a plugin stands. */
  sealed interface State {

    /** Not begun. */
    record Idle() implements State {}

    /**
     * A launch is under way.
     *
     * @param first whether it is the very first one, which somebody waits for
     */
    record Starting(Restarts restarts, boolean first) implements State {}

    /** It takes calls. */
    record Running(Restarts restarts, Vitals vitals) implements State {}

    /** It is as good as dead, and what is left of it is being cleared away. */
    record Burying(Restarts restarts) implements State {}

    /** Down until the next launch. */
    record BackingOff(Restarts restarts) implements State {}

    /** Down until somebody resets it or changes its binary. */
    record GaveUp() implements State {}

    /** Told to end; what is left of it is being cleared away. */
    record Stopping() implements State {}

    /** Ended for good. */
    record Stopped() implements State {}
  }

  /** What the health checks say of a running plugin. */
  sealed interface Vitals {

    /** Serving, or not asked yet. */
    record Well() implements Vitals {}

    /** It has no health service: it may serve well, nobody can tell. */
    record Unknown() implements Vitals {}

    /**
     * The last checks failed.
     *
     * @param checks how many in a row, at least 1
     */
    record Failing(int checks) implements Vitals {}
  }

  /** What happens to a plugin. */
  enum Event {
    /** Somebody wants it to run. */
    START,
    /** The launch brought it up, configured. */
    LAUNCHED,
    /** The launch failed, or was cancelled; nothing is left of it. */
    LAUNCH_FAILED,
    /** The process ended, or its connection did. */
    DIED,
    /** A health check said SERVING. */
    HEALTH_PASSED,
    /** A health check found no health service. */
    HEALTH_ABSENT,
    /** A health check said anything else, or nothing in time. */
    HEALTH_FAILED,
    /** Nothing is left of the process. */
    CLEARED,
    /** The wait before the next launch is over. */
    RETRY_DUE,
    /** It has run for so long that earlier failures no longer count. */
    STABLE,
    /** It is time for a health check. */
    HEALTH_DUE,
    /** It is time to look whether the binary of a plugin that was given up has changed. */
    WATCH_DUE,
    /** That look found another binary. */
    BINARY_CHANGED,
    /** Somebody wants it to try again from a clean slate. */
    RESET,
    /** Somebody wants it to end. */
    STOP
  }

  /** What the owner is to do, in the order given. */
  sealed interface Effect {

    /** Begin a launch; it ends in {@link Event#LAUNCHED} or {@link Event#LAUNCH_FAILED}. */
    record Launch() implements Effect {}

    /** Cancel the launch; it still ends in one of its two events. */
    record CancelLaunch() implements Effect {}

    /** Let calls in, and say that it is up. */
    record Admit() implements Effect {}

    /** Let no more calls in, and say that it is down. */
    record Withdraw() implements Effect {}

    /**
     * Clear the process away; it ends in {@link Event#CLEARED}.
     *
     * @param orderly whether calls in flight may finish and the plugin is asked first
     */
    record Clear(boolean orderly) implements Effect {}

    /** Raise this event after this time, in place of the same event if that is set already. */
    record Set(Event event, Duration after) implements Effect {}

    /** Forget all events that were set. */
    record ForgetTimers() implements Effect {}

    /** Begin a health check; it ends in one of the three health events. */
    record CheckHealth() implements Effect {}

    /** Look whether the binary has changed; if so, raise {@link Event#BINARY_CHANGED}. */
    record LookAtBinary() implements Effect {}

    /** One more restart is counted. */
    record CountRestart() implements Effect {}

    /** Tell whoever waits how the first launch ended. */
    record Answer() implements Effect {}

    /** Tell the world. */
    record Tell(News news) implements Effect {}
  }

  /** How often a plugin that was given up is looked at: seldom enough to cost nothing. */
  static final Duration WATCH_PERIOD = Duration.ofSeconds(5);

  /** What comes out of the table. */
  record Step(State next, List<Effect> effects) {
    Step {
      effects = List.copyOf(effects);
    }

    static Step to(State next, Effect... effects) {
      return new Step(next, List.of(effects));
    }
  }

  /**
   * The table.
   *
   * @param random in [0, 1), for the jitter of a wait
   * @param now nanoseconds on a clock that only runs forward
   */
  static Step step(State state, Event event, Policy policy, double random, long now) {
    return switch (state) {
      case State.Idle _ -> idle(state, event);
      case State.Starting starting -> starting(starting, event, policy, random, now);
      case State.Running running -> running(running, event, policy, now);
      case State.Burying burying -> burying(burying, event, policy, random, now);
      case State.BackingOff _, State.GaveUp _ -> down(state, event);
      case State.Stopping _ -> stopping(state, event);
      case State.Stopped _ -> Step.to(state);
    };
  }

  private static Step idle(State state, Event event) {
    return switch (event) {
      case START ->
          Step.to(
              new State.Starting(Restarts.none(), true),
              new Effect.Launch(),
              new Effect.Tell(News.STARTED));
      case STOP -> Step.to(new State.Stopped(), new Effect.Tell(News.STOPPED));
      case LAUNCHED,
          LAUNCH_FAILED,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          CLEARED,
          RETRY_DUE,
          STABLE,
          HEALTH_DUE,
          WATCH_DUE,
          BINARY_CHANGED,
          RESET ->
          Step.to(state);
    };
  }

  private static Step starting(
      State.Starting state, Event event, Policy policy, double random, long now) {
    return switch (event) {
      case LAUNCHED -> {
        var effects = new ArrayList<Effect>();
        effects.add(new Effect.Admit());
        effects.add(new Effect.Tell(News.READY));
        if (state.first()) {
          effects.add(new Effect.Answer());
        }
        effects.add(new Effect.Set(Event.STABLE, policy.restart().stableAfter()));
        if (policy.checksHealth()) {
          effects.add(new Effect.CheckHealth());
        }
        yield new Step(new State.Running(state.restarts(), new Vitals.Well()), effects);
      }
      case LAUNCH_FAILED -> {
        if (state.first() && !policy.keepsTrying()) {
          yield Step.to(new State.Stopped(), new Effect.Answer());
        }
        Step again = again(state.restarts(), policy, random, now);
        yield state.first() ? answering(again) : again;
      }
      case STOP -> Step.to(new State.Stopping(), new Effect.CancelLaunch());
      case START,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          CLEARED,
          RETRY_DUE,
          STABLE,
          HEALTH_DUE,
          WATCH_DUE,
          BINARY_CHANGED,
          RESET ->
          Step.to(state);
    };
  }

  private static Step running(State.Running state, Event event, Policy policy, long now) {
    return switch (event) {
      case DIED -> bury(state);
      case HEALTH_PASSED -> examined(state, new Vitals.Well(), policy, now);
      case HEALTH_ABSENT -> examined(state, new Vitals.Unknown(), policy, now);
      case HEALTH_FAILED -> {
        int checks = state.vitals() instanceof Vitals.Failing failing ? failing.checks() + 1 : 1;
        yield checks >= policy.health().failures()
            ? bury(state)
            : examined(state, new Vitals.Failing(checks), policy, now);
      }
      case HEALTH_DUE -> Step.to(state, new Effect.CheckHealth());
      case STABLE -> Step.to(new State.Running(state.restarts().settled(), state.vitals()));
      case RESET -> Step.to(new State.Running(Restarts.none(), state.vitals()));
      case STOP ->
          Step.to(
              new State.Stopping(),
              new Effect.ForgetTimers(),
              new Effect.Withdraw(),
              new Effect.Clear(true));
      case START, LAUNCHED, LAUNCH_FAILED, CLEARED, RETRY_DUE, WATCH_DUE, BINARY_CHANGED ->
          Step.to(state);
    };
  }

  private static Step burying(
      State.Burying state, Event event, Policy policy, double random, long now) {
    return switch (event) {
      case CLEARED -> again(state.restarts(), policy, random, now);
      case RESET -> Step.to(new State.Burying(Restarts.none()));
      case STOP -> Step.to(new State.Stopping());
      case START,
          LAUNCHED,
          LAUNCH_FAILED,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          RETRY_DUE,
          STABLE,
          HEALTH_DUE,
          WATCH_DUE,
          BINARY_CHANGED ->
          Step.to(state);
    };
  }

  /** Backing off, or given up: nothing runs and nothing is under way. */
  private static Step down(State state, Event event) {
    return switch (event) {
      case RETRY_DUE ->
          state instanceof State.BackingOff backingOff
              ? launch(backingOff.restarts())
              : Step.to(state);
      case RESET -> launch(Restarts.none());
      case BINARY_CHANGED -> telling(News.INSTALLED, launch(Restarts.none()));
      case WATCH_DUE ->
          state instanceof State.GaveUp
              ? Step.to(
                  state, new Effect.LookAtBinary(), new Effect.Set(Event.WATCH_DUE, WATCH_PERIOD))
              : Step.to(state);
      case STOP ->
          Step.to(new State.Stopped(), new Effect.ForgetTimers(), new Effect.Tell(News.STOPPED));
      case START,
          LAUNCHED,
          LAUNCH_FAILED,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          CLEARED,
          STABLE,
          HEALTH_DUE ->
          Step.to(state);
    };
  }

  private static Step stopping(State state, Event event) {
    return switch (event) {
      // The launch was quicker than its cancelling.
      case LAUNCHED -> Step.to(state, new Effect.Clear(true));
      case LAUNCH_FAILED, CLEARED -> Step.to(new State.Stopped(), new Effect.Tell(News.STOPPED));
      case START,
          DIED,
          HEALTH_PASSED,
          HEALTH_ABSENT,
          HEALTH_FAILED,
          RETRY_DUE,
          STABLE,
          HEALTH_DUE,
          WATCH_DUE,
          BINARY_CHANGED,
          RESET,
          STOP ->
          Step.to(state);
    };
  }

  private static Step bury(State.Running state) {
    return Step.to(
        new State.Burying(state.restarts()),
        new Effect.ForgetTimers(),
        new Effect.Withdraw(),
        new Effect.Tell(News.DIED),
        new Effect.Clear(false));
  }

  private static Step examined(State.Running state, Vitals vitals, Policy policy, long now) {
    var effects = new ArrayList<Effect>();
    boolean was = state.vitals() instanceof Vitals.Well;
    boolean is = vitals instanceof Vitals.Well;
    if (was != is) {
      effects.add(new Effect.Tell(is ? News.READY : News.DEGRADED));
    }
    if (policy.checksHealth()) {
      Duration period = policy.health().period();
      effects.add(
          new Effect.Set(
              Event.HEALTH_DUE,
              vitals instanceof Vitals.Failing ? period : untilBeat(period, now)));
    }
    return new Step(new State.Running(state.restarts(), vitals), effects);
  }

  /**
   * How long until the next multiple of the period on the clock, which is the same for all plugins:
   * asked together, sixteen of them wake the host a few times and not a few times each. Not for one
   * that fails, whose failures are to be a period apart.
   */
  private static Duration untilBeat(Duration period, long now) {
    long nanos = period.toNanos();
    return Duration.ofNanos(nanos - Math.floorMod(now, nanos));
  }

  private static Step again(Restarts restarts, Policy policy, double random, long now) {
    return switch (restarts.next(policy.restart(), random, now)) {
      case Restarts.Verdict.GiveUp _ ->
          Step.to(
              new State.GaveUp(),
              new Effect.Tell(News.GAVE_UP),
              new Effect.Set(Event.WATCH_DUE, WATCH_PERIOD));
      case Restarts.Verdict.Again(Restarts then, Duration pause) ->
          pause.isZero()
              ? launch(then)
              : Step.to(new State.BackingOff(then), new Effect.Set(Event.RETRY_DUE, pause));
    };
  }

  private static Step launch(Restarts restarts) {
    return Step.to(
        new State.Starting(restarts, false),
        new Effect.ForgetTimers(),
        new Effect.CountRestart(),
        new Effect.Tell(News.RESTARTING),
        new Effect.Launch());
  }

  private static Step answering(Step step) {
    return first(new Effect.Answer(), step);
  }

  private static Step telling(News news, Step step) {
    return first(new Effect.Tell(news), step);
  }

  private static Step first(Effect effect, Step step) {
    var effects = new ArrayList<Effect>(step.effects());
    effects.addFirst(effect);
    return new Step(step.next(), effects);
  }
}
