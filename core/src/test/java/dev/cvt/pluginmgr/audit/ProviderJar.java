package dev.cvt.pluginmgr.audit;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Real jars of providers, compiled for a test, on a real module layer. */
public final class ProviderJar {
  private ProviderJar() {}

  /**
   * A module with one audit sink provider.
   *
   * @param body what stands in the provider's class besides its name
   */
  static Path sink(Path folder, String module, String body) throws IOException {
    return compile(
        folder,
        module,
        "AuditSinkProvider",
        """
        package %1$s;
        import dev.cvt.pluginmgr.spi.*;
        import java.util.Set;
        public final class Provider implements AuditSinkProvider {
          %2$s
        }
        """
            .formatted(module, body));
  }

  /**
   * A module with one metrics backend provider.
   *
   * @param keys the settings it knows, quoted
   * @param create the body of that method
   */
  public static Path backend(Path folder, String module, String id, String keys, String create)
      throws IOException {
    return compile(
        folder,
        module,
        "MetricsBackendProvider",
        """
        package %1$s;
        import dev.cvt.pluginmgr.spi.*;
        import java.util.Set;
        public final class Provider implements MetricsBackendProvider {
          public String id() { return "%2$s"; }
          public Set<String> keys() { return Set.of(%3$s); }
          public MetricsBackend create(Context context) { %4$s }
        }
        """
            .formatted(module, id, keys, create));
  }

  /** The usual body: an id, the settings it knows, and what {@code create} does. */
  static String body(String id, String keys, String create) {
    return """
    public String id() { return "%s"; }
    public Set<String> keys() { return Set.of(%s); }
    public AuditSink create(Context context) { %s }
    """
        .formatted(id, keys, create);
  }

  private static Path compile(Path folder, String module, String service, String source)
      throws IOException {
    Path sources = Files.createDirectories(folder.resolve(module).resolve("src"));
    Path classes = Files.createDirectories(folder.resolve(module).resolve("classes"));
    Path info =
        Files.writeString(
            sources.resolve("module-info.java"),
            "module %1$s { requires dev.cvt.pluginmgr.spi; provides dev.cvt.pluginmgr.spi.%2$s with %1$s.Provider; }"
                .formatted(module, service));
    Path provider = Files.writeString(sources.resolve("Provider.java"), source);
    Path missing =
        Files.writeString(
            sources.resolve("Missing.java"), "package %s; class Missing {}".formatted(module));
    var errors = new StringWriter();
    var javac = ToolProvider.findFirst("javac").orElseThrow();
    int code =
        javac.run(
            new PrintWriter(errors),
            new PrintWriter(errors),
            "-d",
            classes.toString(),
            "--module-path",
            spi(),
            "-proc:none",
            info.toString(),
            provider.toString(),
            missing.toString());
    if (code != 0) {
      throw new AssertionError(errors.toString());
    }
    // What a jar that was put together badly lacks.
    Files.delete(classes.resolve(module.replace('.', '/')).resolve("Missing.class"));
    return jar(classes, folder.resolve(module + ".jar"));
  }

  private static String spi() {
    return ModuleLayer.boot()
        .configuration()
        .findModule("dev.cvt.pluginmgr.spi")
        .flatMap(m -> m.reference().location())
        .map(location -> Path.of(location).toString())
        .orElseThrow();
  }

  private static Path jar(Path classes, Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }

  /** A layer with these jars above the test's own modules. */
  public static Optional<ModuleLayer> layer(Path... jars) {
    var finder = ModuleFinder.of(jars);
    var names = finder.findAll().stream().map(m -> m.descriptor().name()).toList();
    Configuration resolved =
        ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), names);
    return Optional.of(
        ModuleLayer.boot()
            .defineModulesWithManyLoaders(resolved, ProviderJar.class.getClassLoader()));
  }
}
