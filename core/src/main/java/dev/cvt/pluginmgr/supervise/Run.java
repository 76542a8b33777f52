package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/** A session as its supervisor sees it: something that can be examined, die, and be ended. */
interface Run extends Session {

  /** The configuration that the plugin was given. */
  SortedMap<String, Config.Value> delivered();

  /** How long each stage of its launch took. */
  SortedMap<Stage, Duration> timings();

  /** Completes once, with the reason, when the process or the connection has ended; never fails. */
  CompletionStage<Failure> death();

  /** Asks how it is; one of the three health events. */
  Life.Event health(Config.Health how) throws InterruptedException;

  /**
   * Ends it: takes no more calls, lets those inside finish, then ends the process and all that it
   * started, politely at first. Interrupted, it ends it at once and by force.
   *
   * @param drain how long calls may take to finish
   */
  void end(Duration drain) throws InterruptedException;

  /** Brings a plugin up. */
  @FunctionalInterface
  interface Launcher {
    /**
     * Launches, verifies and configures it. When this throws, nothing of the attempt is left.
     *
     * @throws InterruptedException if interrupted, in any stage, at once
     */
    Run launch() throws Failure.Thrown, InterruptedException;
  }
}
