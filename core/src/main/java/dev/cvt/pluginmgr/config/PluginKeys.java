package dev.cvt.pluginmgr.config;

import static dev.cvt.pluginmgr.config.Kind.DURATION;
import static dev.cvt.pluginmgr.config.Kind.FLAG;
import static dev.cvt.pluginmgr.config.Kind.NUMBER;
import static dev.cvt.pluginmgr.config.Kind.SIZE;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.cvt.pluginmgr.Config.OnStartFailure;
import java.time.Duration;
import java.util.List;

/**
 * Every setting that {@code pluginmgr.yaml} can give to one plugin or to all of them and that is a
 * single value: the one place that knows its name, default, range and meaning.
 */
public final class PluginKeys {
  public static final Key<Duration> START_TIMEOUT =
      Key.between(
          "start_timeout",
          DURATION,
          ofSeconds(5),
          ofMillis(10),
          ofMinutes(10),
          "How long a start may take, from the fork to the plugin's answer of who it is.");

  public static final Key<Duration> STOP_GRACE =
      Key.between(
          "stop_grace",
          DURATION,
          ofSeconds(2),
          ZERO,
          ofMinutes(5),
          "How long each step of a stop waits before the next, harder one: asking, SIGTERM,"
              + " SIGKILL.");

  public static final Key<OnStartFailure> ON_START_FAILURE =
      Key.any(
          "on_start_failure",
          Kind.choice(OnStartFailure.class, OnStartFailure::text),
          OnStartFailure.FAIL,
          "`fail`: a plugin that cannot be started fails the manager's start. `supervise`: the"
              + " manager starts without it and keeps trying.");

  public static final Key<Boolean> RESTART_ENABLED =
      Key.any("restart.enabled", FLAG, true, "Whether a plugin that died is started again.");

  public static final Key<Duration> RESTART_FIRST_BACKOFF =
      Key.between(
          "restart.first_backoff",
          DURATION,
          ofSeconds(1),
          ofMillis(1),
          ofHours(1),
          "The pause before the second restart in a row: the first is at once. It doubles with each"
              + " one after it; each is shortened by up to a fifth.");

  public static final Key<Duration> RESTART_MAX_BACKOFF =
      Key.between(
          "restart.max_backoff",
          DURATION,
          ofSeconds(30),
          ofMillis(1),
          ofHours(24),
          "What the pause grows to at most. Not below `restart.first_backoff`.");

  public static final Key<Duration> RESTART_STABLE_AFTER =
      Key.between(
          "restart.stable_after",
          DURATION,
          ofSeconds(60),
          ZERO,
          ofHours(24),
          "How long a plugin must have run for its next restart to be at once again.");

  public static final Key<Integer> RESTART_LIMIT =
      Key.between(
          "restart.limit",
          NUMBER,
          5,
          1,
          100_000,
          "After how many restarts within `restart.window` the plugin is given up.");

  public static final Key<Duration> RESTART_WINDOW =
      Key.between(
          "restart.window",
          DURATION,
          ofMinutes(5),
          ofSeconds(1),
          ofHours(24),
          "See `restart.limit`.");

  public static final Key<Duration> HEALTH_PERIOD =
      Key.betweenOr(
          ZERO,
          "health.period",
          DURATION,
          ofSeconds(10),
          ofMillis(10),
          ofHours(24),
          "From one question for the plugin's health to the next. Zero: it is never asked.");

  public static final Key<Duration> HEALTH_TIMEOUT =
      Key.between(
          "health.timeout",
          DURATION,
          ofSeconds(2),
          ofMillis(10),
          ofMinutes(10),
          "How long the answer may take.");

  public static final Key<Integer> HEALTH_FAILURES =
      Key.between(
          "health.failures",
          NUMBER,
          3,
          1,
          1_000,
          "After how many bad answers in a row the plugin counts as dead.");

  public static final Key<Boolean> HEALTH_CVT =
      Key.any(
          "health.cvt",
          FLAG,
          false,
          "Whether CVT's own health call, PluginHandshake/Health, is asked besides the standard"
              + " gRPC health service, or alone where a plugin does not have that.");

  public static final Key<Integer> LIMITS_CONCURRENT =
      Key.between(
          "limits.concurrent",
          NUMBER,
          0,
          0,
          1_000_000,
          "How many calls may be with the plugin at once. Zero: any number.");

  public static final Key<Integer> LIMITS_QUEUED =
      Key.between(
          "limits.queued",
          NUMBER,
          0,
          0,
          1_000_000,
          "How many calls may wait for their turn besides. Needs `limits.concurrent`.");

  public static final Key<Integer> BREAKER_FAILURES =
      Key.between(
          "breaker.failures",
          NUMBER,
          0,
          0,
          1_000_000,
          "After how many failed calls in a row the plugin is left alone for a while. Zero:"
              + " never.");

  public static final Key<Duration> BREAKER_OPEN_FOR =
      Key.between(
          "breaker.open_for",
          DURATION,
          ofSeconds(10),
          ofMillis(10),
          ofHours(24),
          "For how long it is left alone.");

  public static final Key<Integer> BREAKER_PROBES =
      Key.between(
          "breaker.probes",
          NUMBER,
          1,
          1,
          1_000,
          "How many calls are then let through to see whether it has recovered.");

  public static final Key<Boolean> WAIT_FOR_RESTART =
      Key.any(
          "wait_for_restart",
          FLAG,
          false,
          "Whether a call that meets a restart waits for it, within the call's timeout.");

  public static final Key<Boolean> AUTO_MTLS =
      Key.any(
          "auto_mtls",
          FLAG,
          false,
          "Whether the connection is secured by certificates that are made for one start only.");

  public static final Key<Long> MAX_MESSAGE =
      Key.between(
          "max_message",
          SIZE,
          64L << 20,
          64L << 10,
          (1L << 31) - 1,
          "The largest message that is taken from the plugin or sent to it. (Plugins written in Go"
              + " take at most 4MiB, whatever is said here.)");

  public static final Key<Boolean> STRICT_LINE =
      Key.any(
          "strict_line",
          FLAG,
          false,
          "Whether anything that the plugin prints before its handshake line fails the start, as it"
              + " does under go-plugin.");

  /** All of them, in the order of the manual. */
  static final List<Key<?>> ALL =
      List.of(
          START_TIMEOUT,
          STOP_GRACE,
          ON_START_FAILURE,
          RESTART_ENABLED,
          RESTART_FIRST_BACKOFF,
          RESTART_MAX_BACKOFF,
          RESTART_STABLE_AFTER,
          RESTART_LIMIT,
          RESTART_WINDOW,
          HEALTH_PERIOD,
          HEALTH_TIMEOUT,
          HEALTH_FAILURES,
          HEALTH_CVT,
          LIMITS_CONCURRENT,
          LIMITS_QUEUED,
          BREAKER_FAILURES,
          BREAKER_OPEN_FOR,
          BREAKER_PROBES,
          WAIT_FOR_RESTART,
          AUTO_MTLS,
          MAX_MESSAGE,
          STRICT_LINE);

  private PluginKeys() {}
}
