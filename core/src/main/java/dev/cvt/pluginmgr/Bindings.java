package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.hook.Lane;
import dev.cvt.pluginmgr.metrics.PluginMetrics;
import dev.cvt.pluginmgr.supervise.Member;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which plugin answers to which hook and to which name, at one moment. Immutable: a reload makes
 * another.
 */
final class Bindings {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr");

  private final Map<String, Lane> lanes = new HashMap<>();
  private final Map<Config.Hook, Lane> hooks = new EnumMap<>(Config.Hook.class);

  private Bindings() {}

  /**
   * What a configuration binds.
   *
   * @param before lanes that are still right are taken over, with what they have counted so far
   */
  static Bindings of(
      Config config,
      Function<String, Member> members,
      PluginMetrics metrics,
      @Nullable Bindings before) {
    var bindings = new Bindings();
    config
        .plugins()
        .forEach(
            (name, plugin) -> {
              Member member = members.apply(name);
              Lane old = before == null ? null : before.lanes.get(name);
              boolean right = old != null && old.member() == member && old.plugin().equals(plugin);
              bindings.lanes.put(
                  name, old != null && right ? old : new Lane(plugin, member, metrics));
            });
    config
        .hooks()
        .forEach(
            (hook, name) -> {
              Lane lane = bindings.lanes.get(name);
              if (lane != null) {
                bindings.hooks.put(hook, lane);
              }
            });
    return bindings;
  }

  /** Says which hooks have a plugin that can never answer them; each of their calls says it too. */
  void warn() {
    hooks.forEach(
        (hook, lane) ->
            lane.unfitFor(hook)
                .ifPresent(
                    why ->
                        LOG.log(
                            System.Logger.Level.WARNING,
                            "hook %s is bound to plugin %s: %s"
                                .formatted(hook.key(), lane.plugin().name(), why))));
  }

  @Nullable Lane of(Config.Hook hook) {
    return hooks.get(hook);
  }

  @Nullable Lane of(String plugin) {
    return lanes.get(plugin);
  }
}
