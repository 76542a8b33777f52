package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Breaker;
import dev.cvt.pluginmgr.Config.Health;
import dev.cvt.pluginmgr.Config.Limits;
import dev.cvt.pluginmgr.Config.OnStartFailure;
import dev.cvt.pluginmgr.Config.Restart;
import dev.cvt.pluginmgr.Config.SettingsBuilder;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What was said about one plugin or about all, by a file or by a program, not yet checked.
 *
 * @param <B> what a program's calls return
 */
abstract class SettingsDraft<B extends SettingsBuilder<B>> implements SettingsBuilder<B> {
  final Map<Key<?>, Placed<?>> said = new LinkedHashMap<>();
  final Map<String, Placed<Text>> env = new LinkedHashMap<>();

  // By their places in the list, in which others may be broken.
  final Map<Integer, Placed<String>> secretEnv = new LinkedHashMap<>();
  final Map<Integer, Placed<String>> passEnv = new LinkedHashMap<>();

  /** Keys of which a problem was told already, so that they need not be missed as well. */
  final Set<String> broken = new HashSet<>();

  abstract B self();

  final <T extends Comparable<? super T>> B put(Key<T> key, Placed<T> value) {
    said.put(key, value);
    return self();
  }

  private <T extends Comparable<? super T>> B put(Key<T> key, T value) {
    return put(key, Placed.nowhere(value));
  }

  /** Whether it has more variables than a plugin can be given. */
  final boolean isTooLarge() {
    return env.size() > Draft.MOST || passEnv.size() > Draft.MOST;
  }

  @Override
  public final B startTimeout(Duration timeout) {
    return put(PluginKeys.START_TIMEOUT, timeout);
  }

  @Override
  public final B stopGrace(Duration grace) {
    return put(PluginKeys.STOP_GRACE, grace);
  }

  @Override
  public final B onStartFailure(OnStartFailure onStartFailure) {
    return put(PluginKeys.ON_START_FAILURE, onStartFailure);
  }

  @Override
  public final B restart(Restart restart) {
    put(PluginKeys.RESTART_ENABLED, restart.enabled());
    put(PluginKeys.RESTART_FIRST_BACKOFF, restart.firstBackoff());
    put(PluginKeys.RESTART_MAX_BACKOFF, restart.maxBackoff());
    put(PluginKeys.RESTART_STABLE_AFTER, restart.stableAfter());
    put(PluginKeys.RESTART_LIMIT, restart.limit());
    return put(PluginKeys.RESTART_WINDOW, restart.window());
  }

  @Override
  public final B health(Health health) {
    put(PluginKeys.HEALTH_PERIOD, health.period());
    put(PluginKeys.HEALTH_TIMEOUT, health.timeout());
    put(PluginKeys.HEALTH_FAILURES, health.failures());
    return put(PluginKeys.HEALTH_CVT, health.cvt());
  }

  @Override
  public final B limits(Limits limits) {
    put(PluginKeys.LIMITS_CONCURRENT, limits.concurrent());
    return put(PluginKeys.LIMITS_QUEUED, limits.queued());
  }

  @Override
  public final B breaker(Breaker breaker) {
    put(PluginKeys.BREAKER_FAILURES, breaker.failures());
    put(PluginKeys.BREAKER_OPEN_FOR, breaker.openFor());
    return put(PluginKeys.BREAKER_PROBES, breaker.probes());
  }

  @Override
  public final B waitForRestart(boolean wait) {
    return put(PluginKeys.WAIT_FOR_RESTART, wait);
  }

  @Override
  public final B autoMtls(boolean on) {
    return put(PluginKeys.AUTO_MTLS, on);
  }

  @Override
  public final B maxMessageBytes(long bytes) {
    return put(PluginKeys.MAX_MESSAGE, bytes);
  }

  @Override
  public final B strictLine(boolean strict) {
    return put(PluginKeys.STRICT_LINE, strict);
  }

  @Override
  public final B env(String name, String text) {
    env.put(name, Placed.nowhere(Text.asIs(text, false)));
    return self();
  }

  @Override
  public final B secretEnv(String name, String text) {
    env.put(name, Placed.nowhere(Text.asIs(text, true)));
    return self();
  }

  @Override
  public final B passEnv(String pattern) {
    passEnv.put(passEnv.size(), Placed.nowhere(pattern));
    return self();
  }
}
