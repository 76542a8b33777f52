package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Waits for plugins that are being launched for the first time, and judges how that went. */
final class FirstLaunches {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.supervise");

  private FirstLaunches() {}

  /** How the first launch of a unit ended: well, with a failure, or not at all. */
  private record Answer(Unit unit, Optional<Failure> failure, boolean stopped) {}

  /**
   * Waits until the first launch of each has ended.
   *
   * @param needed those that may not fail, whatever their policy
   * @throws Fleet.Failed with the first that failed and may not; others that have failed by then
   *     follow
   * @throws Fleet.Stopped if one was stopped before its launch had ended
   */
  static void await(Collection<Unit> begun, Collection<Unit> needed)
      throws Fleet.Failed, Fleet.Stopped, InterruptedException {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    for (Unit unit : begun) {
      var _ =
          unit.supervisor()
              .first()
              .whenComplete((failure, stopped) -> answers.add(answer(unit, failure, stopped)));
    }
    for (int i = 0; i < begun.size(); i++) {
      Answer answer = answers.take();
      if (answer.stopped()) {
        throw new Fleet.Stopped();
      }
      if (answer.failure().isEmpty()) {
        continue;
      }
      Failure failure = answer.failure().get();
      if (mayNotFail(answer.unit()) || needed.contains(answer.unit())) {
        var all = new ArrayList<Failure>(List.of(failure));
        answers.forEach(other -> other.failure().ifPresent(all::add));
        throw new Fleet.Failed(all);
      }
      LOG.log(
          System.Logger.Level.WARNING,
          failure.message() + "\n  it is tried again (on_start_failure: supervise)");
    }
  }

  @SuppressWarnings("NullAway") // whenComplete gives one or the other
  private static Answer answer(Unit unit, Optional<Failure> failure, Throwable stopped) {
    return stopped == null
        ? new Answer(unit, failure, false)
        : new Answer(unit, Optional.empty(), true);
  }

  private static boolean mayNotFail(Unit unit) {
    return unit.plugin().onStartFailure() == Config.OnStartFailure.FAIL;
  }
}
