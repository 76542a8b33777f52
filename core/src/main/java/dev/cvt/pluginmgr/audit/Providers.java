package dev.cvt.pluginmgr.audit;

import dev.cvt.pluginmgr.Config.Output;
import dev.cvt.pluginmgr.Config.Problem;
import dev.cvt.pluginmgr.config.Nearest;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the module path offers of one service, by id. Immutable once found.
 *
 * @param <P> the service: providers of audit sinks, or of metrics backends
 */
public final class Providers<P> {
  /** More providers than this that cannot even be loaded are not each worth a line. */
  private static final int MAX_FAILURES = 20;

  private final Map<String, Found<P>> byId;
  private final String noun;

  private Providers(Map<String, Found<P>> byId, String noun) {
    this.byId = byId;
    this.noun = noun;
  }

  /** One provider, with what it says of itself and the jar that it came in. */
  public record Found<P>(P provider, String id, Set<String> keys, String jar) {}

  /**
   * How a service is asked what it is.
   *
   * @param noun what to call one in a message: {@code audit sink}
   */
  public record Service<P>(
      Class<P> type, String noun, Function<P, String> id, Function<P, Set<String>> keys) {}

  /** Offers nothing. */
  public static <P> Providers<P> none(Service<P> service) {
    return new Providers<>(new TreeMap<>(), service.noun());
  }

  /**
   * Finds them.
   *
   * @param layer where to look, its parents included; empty means where this module itself lives
   * @throws ProvidersFailed naming the jar of each that cannot be loaded, and both jars where two
   *     claim one id
   */
  public static <P> Providers<P> find(Service<P> service, Optional<ModuleLayer> layer) {
    ModuleLayer where = layer.orElse(Providers.class.getModule().getLayer());
    ServiceLoader<P> loader =
        where == null
            ? ServiceLoader.load(service.type(), Providers.class.getClassLoader())
            : ServiceLoader.load(where, service.type());
    Jars jars = new Jars(where, service.type().getName());
    Map<String, Found<P>> byId = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    Iterator<P> all = loader.iterator();
    while (problems.size() < MAX_FAILURES) {
      try {
        if (!all.hasNext()) {
          break;
        }
        P provider = all.next();
        String jar = jars.of(provider.getClass());
        Found<P> found = describe(service, provider, jar);
        Found<P> other = byId.putIfAbsent(found.id(), found);
        if (other != null) {
          problems.add(
              new Problem(
                  "",
                  "",
                  "two jars bring the same %s, %s: %s and %s"
                      .formatted(service.noun(), found.id(), other.jar(), jar),
                  "take one of them off the module path"));
        }
      } catch (Throwable e) {
        problems.add(unusable(service.noun(), jars.blamed(e), e));
      }
    }
    if (!problems.isEmpty()) {
      throw new ProvidersFailed(problems, List.of());
    }
    return new Providers<>(byId, service.noun());
  }

  private static <P> Found<P> describe(Service<P> service, P provider, String jar) {
    try {
      return new Found<>(
          provider, service.id().apply(provider), Set.copyOf(service.keys().apply(provider)), jar);
    } catch (Throwable e) {
      throw new Unusable(jar, e);
    }
  }

  /** All of them, by id. */
  public List<Found<P>> all() {
    return List.copyOf(byId.values());
  }

  /**
   * The provider that an entry of {@code pluginmgr.yaml} names, if it is there and understands each
   * of the entry's settings; otherwise what is wrong has been added to the problems.
   *
   * @param key the entry's place in the file: {@code audit.sinks[0]}
   */
  public Optional<Found<P>> named(Output entry, String key, List<Problem> problems) {
    Found<P> found = byId.get(entry.provider());
    if (found == null) {
      problems.add(
          new Problem(
              "pluginmgr.yaml",
              key + ".use",
              "no %s on the module path is called %s".formatted(noun, entry.provider()),
              byId.isEmpty()
                  ? "put the jar that brings it on the module path"
                  : Nearest.advice(
                      entry.provider(),
                      byId.keySet(),
                      "use one of those that are there (%s), or put its jar on the module path"
                          .formatted(String.join(", ", byId.keySet())))));
      return Optional.empty();
    }
    int before = problems.size();
    for (String setting : entry.settings().keySet()) {
      if (!found.keys().contains(setting)) {
        problems.add(
            new Problem(
                "pluginmgr.yaml",
                key + "." + setting,
                "%s does not know the setting %s".formatted(found.id(), setting),
                found.keys().isEmpty()
                    ? "take it out: %s has no settings".formatted(found.id())
                    : Nearest.advice(
                        setting,
                        found.keys(),
                        "use one of its settings: "
                            + found.keys().stream().sorted().collect(Collectors.joining(", ")))));
      }
    }
    return problems.size() == before ? Optional.of(found) : Optional.empty();
  }

  /**
   * Lets a provider make what it is there for.
   *
   * @return empty if it threw, or gave nothing; what is wrong has then been added to the problems
   */
  public <T> Optional<T> make(
      Found<P> found, Supplier<@Nullable T> create, List<Problem> problems) {
    try {
      T made = create.get();
      if (made != null) {
        return Optional.of(made);
      }
      problems.add(
          new Problem(
              "",
              "",
              "the %s %s (%s) made nothing".formatted(noun, found.id(), found.jar()),
              "take its jar off the module path, or ask its author for one that works"));
    } catch (Throwable e) {
      problems.add(
          new Problem(
              "",
              "",
              "the %s %s (%s) could not be made: %s"
                  .formatted(noun, found.id(), found.jar(), ProvidersFailed.reason(e)),
              "mend what it says, or choose another %s in pluginmgr.yaml".formatted(noun)));
    }
    return Optional.empty();
  }

  private static Problem unusable(String noun, String jar, Throwable cause) {
    Throwable told = cause instanceof Unusable unusable ? unusable.getCause() : cause;
    return new Problem(
        "",
        "",
        "the %s in %s cannot be loaded: %s"
            .formatted(noun, jar, ProvidersFailed.reason(told == null ? cause : told)),
        "take that jar off the module path, or add what it needs");
  }

  /** A provider that fails when asked what it is. */
  private static final class Unusable extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String jar;

    Unusable(String jar, Throwable cause) {
      super(cause);
      this.jar = jar;
    }
  }

  /** Which jar a provider, or a failure to load one, belongs to. */
  private record Jars(@Nullable ModuleLayer layer, String service) {

    String of(Class<?> provider) {
      Module module = provider.getModule();
      return module.isNamed() ? location(module.getName()) : provider.getName();
    }

    /** The loader's errors name the provider's class, and the modules say who provides it. */
    String blamed(Throwable failure) {
      if (failure instanceof Unusable unusable) {
        return unusable.jar;
      }
      String text = String.valueOf(failure.getMessage()).replace('/', '.');
      return layers()
          .flatMap(l -> l.modules().stream())
          .filter(m -> m.getDescriptor() != null)
          .filter(
              m ->
                  m.getDescriptor().provides().stream()
                      .filter(p -> p.service().equals(service))
                      .flatMap(p -> p.providers().stream())
                      .anyMatch(text::contains))
          .map(m -> location(m.getName()))
          .findFirst()
          .orElse("an unknown jar");
    }

    private String location(String module) {
      return layers()
          .flatMap(l -> l.configuration().modules().stream())
          .filter(m -> m.name().equals(module))
          .findFirst()
          .flatMap(m -> m.reference().location())
          .map(Jars::file)
          .orElse("module " + module);
    }

    private Stream<ModuleLayer> layers() {
      return layer == null
          ? Stream.empty()
          : Stream.concat(
              Stream.of(layer),
              layer.parents().stream().flatMap(l -> new Jars(l, service).layers()));
    }

    private static String file(URI location) {
      return "file".equals(location.getScheme()) ? location.getPath() : location.toString();
    }
  }
}
