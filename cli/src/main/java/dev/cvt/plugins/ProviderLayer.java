package dev.cvt.plugins;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jars of sinks and metrics backends, dropped into a folder, as a layer above the command's own
 * modules. Not the command line's module path: any there makes the JVM throw its start-up cache
 * away.
 */
final class ProviderLayer {
  private ProviderLayer() {}

  /** The layer; empty if the folder does not exist or holds no module. */
  static Optional<ModuleLayer> of(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    ModuleLayer boot = ModuleLayer.boot();
    try {
      ModuleFinder found = ModuleFinder.of(folder);
      Set<String> names = names(found);
      if (names.isEmpty()) {
        return Optional.empty();
      }
      Configuration resolved = boot.configuration().resolve(found, ModuleFinder.of(), names);
      return Optional.of(
          boot.defineModulesWithManyLoaders(resolved, ProviderLayer.class.getClassLoader()));
    } catch (FindException | ResolutionException | LayerInstantiationException e) {
      throw new Failures.Told(
          "the provider jars in %s cannot be used: %s%s; take the jar out, or add what it needs"
              .formatted(folder, e.getMessage(), culprits(folder)));
    }
  }

  /** The jars that cannot be read at all, or whose needs nobody meets, by trying each with all. */
  private static String culprits(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      String jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .filter(jar -> !resolves(jar, folder))
              .map(jar -> jar.getFileName().toString())
              .sorted()
              .collect(Collectors.joining(", "));
      return jars.isEmpty() ? "" : " (" + jars + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean resolves(Path jar, Path folder) {
    try {
      Set<String> names = names(ModuleFinder.of(jar));
      ModuleLayer.boot()
          .configuration()
          .resolve(ModuleFinder.of(jar), ModuleFinder.of(folder), names);
      return true;
    } catch (FindException | ResolutionException e) {
      return false;
    }
  }

  private static Set<String> names(ModuleFinder finder) {
    return finder.findAll().stream()
        .map(module -> module.descriptor().name())
        .collect(Collectors.toSet());
  }
}
