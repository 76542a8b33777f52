package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.Problem;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that a config holds, all rules kept. Immutable. */
public record Loaded(
    Optional<Path> home,
    Optional<Path> source,
    SortedMap<String, PluginSettings> plugins,
    Map<Hook, String> hooks,
    List<Output> audit,
    OnError auditOnError,
    Optional<Output> metrics,
    List<Problem> warnings) {

  /** Copies what it is given. */
  public Loaded {
    plugins = Collections.unmodifiableSortedMap(new TreeMap<>(plugins));
    var bound = new EnumMap<Hook, String>(Hook.class);
    bound.putAll(hooks);
    hooks = Collections.unmodifiableMap(bound);
    audit = List.copyOf(audit);
    warnings = List.copyOf(warnings);
  }

  /** One without any plugin. */
  public static Loaded empty(Optional<Path> home) {
    return new Loaded(
        home,
        Optional.empty(),
        new TreeMap<>(),
        Map.of(),
        List.of(),
        OnError.FAIL_CLOSED,
        Optional.empty(),
        List.of());
  }

  /** The same, and where it was read from. */
  Loaded from(Path source) {
    return from(source, warnings);
  }

  /** The same, where it was read from, and what is to be said of that. */
  Loaded from(Path source, List<Problem> warnings) {
    return new Loaded(
        home, Optional.of(source), plugins, hooks, audit, auditOnError, metrics, warnings);
  }

  /** Whether the other would run the same in the same way. */
  public boolean sameAs(Loaded other) {
    return home.equals(other.home)
        && plugins.equals(other.plugins)
        && hooks.equals(other.hooks)
        && audit.equals(other.audit)
        && auditOnError == other.auditOnError
        && metrics.equals(other.metrics);
  }
}
