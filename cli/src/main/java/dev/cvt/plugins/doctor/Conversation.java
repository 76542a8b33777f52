package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.plugins.doctor.Report.Introduction;
import dev.cvt.plugins.doctor.Report.PhaseTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an application says to its plugin before the plugin is of use. */
@FunctionalInterface
public interface Conversation {

  /**
   * Holds it.
   *
   * @param left what is left of the time for the start
   */
  Held hold(RunningPlugin plugin, Duration left) throws InterruptedException;

  /** What to do about a start that failed before it, where the application knows better. */
  default String remedy(StartFailure failure) {
    return failure.remedy();
  }

  /** None: of applications that nobody here knows. */
  static Conversation none() {
    return (plugin, left) -> new Held(List.of(), Optional.empty(), Optional.empty());
  }

  /**
   * What came of it.
   *
   * @param phases that it had, in order
   * @param introduction what the plugin said of itself, if it came so far
   * @param failure why it was broken off
   */
  record Held(
      List<PhaseTime> phases,
      Optional<Introduction> introduction,
      Optional<Finding.Failure> failure) {
    /** Copies. */
    public Held {
      phases = List.copyOf(phases);
    }
  }
}
