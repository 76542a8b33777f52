package dev.cvt.pluginmgr.audit;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.audit.AuditTrail.LossListener;
import dev.cvt.pluginmgr.audit.AuditTrail.Member;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.AuditSinkProvider;
import dev.cvt.pluginmgr.spi.Context;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the audit trail that a configuration asks for. */
public final class Sinks {
  private static final Providers.Service<AuditSinkProvider> SERVICE =
      new Providers.Service<>(
          AuditSinkProvider.class, "audit sink", AuditSinkProvider::id, AuditSinkProvider::keys);

  private Sinks() {}

  /**
   * The trail: sinks that were handed in, then those that the configuration names, or, where it
   * names none and none was handed in, every one that is found. Without any, the log takes the
   * records, after one warning.
   *
   * @param layer where to look for providers; empty means where this module lives
   * @param discovery whether to look at all
   * @param explicit sinks that the caller made and closes itself
   * @throws ProvidersFailed with all that is wrong at once; nothing that was made stays open
   */
  public static AuditTrail discover(
      Config config,
      Optional<ModuleLayer> layer,
      boolean discovery,
      List<AuditSink> explicit,
      LossListener losses) {
    List<Member> members = new ArrayList<>();
    explicit.forEach(sink -> members.add(new Member(sink.getClass().getName(), sink, false)));
    var providers = offered(config, layer, discovery, explicit);
    List<Problem> problems = new ArrayList<>();
    var entries = entries(config, providers);
    for (int i = 0; i < entries.size(); i++) {
      Output entry = entries.get(i);
      providers
          .named(entry, key(i), problems)
          .flatMap(
              found ->
                  providers.make(
                      found, () -> found.provider().create(context(config, entry)), problems))
          .ifPresent(sink -> members.add(new Member(entry.provider(), sink, true)));
    }
    if (!problems.isEmpty()) {
      throw new ProvidersFailed(problems, close(members));
    }
    if (members.isEmpty()) {
      members.add(new Member("log", LogSink.warned(), true));
    }
    return new AuditTrail(members, config.auditOnError() == Config.OnError.FAIL_OPEN, losses);
  }

  /**
   * What {@link #discover} would not find, or not understand; nothing is made. Empty if all is
   * there.
   */
  public static List<Problem> problems(
      Config config, Optional<ModuleLayer> layer, boolean discovery, List<AuditSink> explicit) {
    List<Problem> problems = new ArrayList<>();
    try {
      var providers = offered(config, layer, discovery, explicit);
      var entries = entries(config, providers);
      for (int i = 0; i < entries.size(); i++) {
        var _ = providers.named(entries.get(i), key(i), problems);
      }
    } catch (ProvidersFailed e) {
      problems.addAll(e.problems());
    }
    return problems;
  }

  private static Providers<AuditSinkProvider> offered(
      Config config, Optional<ModuleLayer> layer, boolean discovery, List<AuditSink> explicit) {
    boolean wanted = !config.audit().isEmpty() || explicit.isEmpty();
    return discovery && wanted ? Providers.find(SERVICE, layer) : Providers.none(SERVICE);
  }

  private static List<Output> entries(Config config, Providers<AuditSinkProvider> providers) {
    return config.audit().isEmpty()
        ? providers.all().stream().map(found -> new Output(found.id(), Map.of())).toList()
        : config.audit();
  }

  private static String key(int entry) {
    return "audit.sinks[" + entry + "]";
  }

  private static List<Throwable> close(List<Member> members) {
    List<Throwable> failures = new ArrayList<>();
    for (Member member : members) {
      if (member.ours()) {
        try {
          member.sink().close();
        } catch (Throwable e) {
          failures.add(e);
        }
      }
    }
    return failures;
  }

  /** What a provider gets to make something of an entry with; relative paths start at the file. */
  public static Context context(Config config, Output entry) {
    Path base =
        config
            .source()
            .map(Path::toAbsolutePath)
            .map(Path::getParent)
            .orElseGet(() -> config.home().resolve(".cvt"));
    return new Given(entry.settings(), base);
  }

  private record Given(Map<String, String> settings, Path base) implements Context {}
}
