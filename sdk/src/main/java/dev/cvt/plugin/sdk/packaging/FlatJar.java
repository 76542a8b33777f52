package dev.cvt.plugin.sdk.packaging;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * All classes of a plugin's modules in one jar for {@code java -jar}. Modules are dissolved: what
 * their descriptors provide is written as {@code META-INF/services}.
 */
final class FlatJar {

  /** One for all entries and of no time zone, so that bytes repeat. */
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private FlatJar() {}

  /**
   * Writes the jar.
   *
   * @param modulePath where the modules are, the JDK's own apart
   * @param root the plugin's module
   * @param more modules that nothing requires by name
   * @param main module and class
   */
  static void write(String modulePath, String root, List<String> more, String main, Path jar)
      throws IOException {
    ModuleFinder finder =
        ModuleFinder.of(
            Arrays.stream(modulePath.split(File.pathSeparator, -1))
                .map(Path::of)
                .toArray(Path[]::new));
    Set<String> roots = new TreeSet<>(more);
    roots.add(root);
    // Not the JDK's modules: they are there where the jar runs.
    List<ModuleReference> modules =
        Configuration.empty().resolve(finder, ModuleFinder.ofSystem(), roots).modules().stream()
            .map(ResolvedModule::reference)
            .filter(module -> finder.find(module.descriptor().name()).isPresent())
            .sorted(Comparator.comparing(module -> module.descriptor().name()))
            .toList();
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      String manifest =
          "Manifest-Version: 1.0\r\nMain-Class: "
              + main.substring(main.indexOf('/') + 1)
              + "\r\nMulti-Release: true\r\n\r\n";
      put(zip, "META-INF/MANIFEST.MF", manifest.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, Set<String>> service : services(modules).entrySet()) {
        String lines = service.getValue().stream().collect(Collectors.joining("\n", "", "\n"));
        put(zip, "META-INF/services/" + service.getKey(), lines.getBytes(StandardCharsets.UTF_8));
      }
      Set<String> written = new HashSet<>();
      for (ModuleReference module : modules) {
        copy(module, zip, written);
      }
    }
  }

  private static Map<String, Set<String>> services(List<ModuleReference> modules) {
    Map<String, Set<String>> services = new TreeMap<>();
    for (ModuleReference module : modules) {
      module
          .descriptor()
          .provides()
          .forEach(
              provided ->
                  services
                      .computeIfAbsent(provided.service(), name -> new TreeSet<>())
                      .addAll(provided.providers()));
    }
    return services;
  }

  private static void copy(ModuleReference module, ZipOutputStream zip, Set<String> written)
      throws IOException {
    try (ModuleReader reader = module.open()) {
      for (String name : reader.list().sorted().toList()) {
        if (isWanted(name) && written.add(name)) {
          try (var in = reader.open(name).orElseThrow()) {
            put(zip, name, in.readAllBytes());
          }
        }
      }
    }
  }

  /** Leaves out what belongs to one jar alone: its name, its signature, its descriptor. */
  private static boolean isWanted(String name) {
    return !name.endsWith("/")
        && !name.endsWith("module-info.class")
        && !name.startsWith("META-INF/services/")
        && !name.startsWith("META-INF/maven/")
        && !name.equals("META-INF/MANIFEST.MF")
        && !name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
