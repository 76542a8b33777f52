package dev.cvt.plugin.sdk.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes ONE executable file of a plugin: {@code java --module-path MODULES -m
 * dev.cvt.plugin.sdk/dev.cvt.plugin.sdk.packaging.Pack}, with the options that {@link #USAGE}
 * tells.
 */
public final class Pack {

  private static final String USAGE =
      """
      Packs a CVT plugin into one executable file.

        --module-path PATH     the plugin's module and all that it needs, as explicit modules
        --main MODULE/CLASS    what to run
        --output FILE          the file to make; its name is the plugin's in messages
        --form image|jar       image (default): with a Java runtime of its own, linked from this JDK
                               jar: without, for the java that is found where it runs
        --add-modules M,...    modules that nothing requires by name
        --java-options "..."   for the plugin's JVM, such as "-Xmx128m"; separated by blanks
        --rehearse-handlers    call the plugin's methods once, with empty requests, to record what
                               they load; without it only the start is recorded
        --no-start-cache       record nothing: a smaller file and a slower start
      """;

  private final Options options;

  private Pack(Options options) {
    this.options = options;
  }

  /** Packs; exits with 0, or with 1 and the reason on standard error. */
  public static void main(String[] arguments) {
    try {
      new Pack(Options.read(List.of(arguments))).run();
    } catch (Options.Unusable e) {
      System.err.println("pack-plugin: " + e.getMessage() + "\n\n" + USAGE);
      System.exit(1);
    } catch (Exception e) {
      System.err.println("pack-plugin: " + e);
      System.exit(1);
    }
  }

  private void run() throws Exception {
    Path parent = options.output().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path stamp = options.output().resolveSibling(options.name() + ".inputs");
    String inputs = Inputs.digest(options);
    if (Files.exists(options.output())
        && Files.exists(stamp)
        && Files.readString(stamp).equals(inputs)) {
      say("up to date: " + options.output());
      return;
    }
    Files.deleteIfExists(stamp);
    // Made beside it and renamed: a plugin that runs from the old file goes on undisturbed.
    Path next = options.output().resolveSibling(options.name() + ".new");
    Path work = Files.createTempDirectory("cvt-plugin-pack");
    try {
      switch (options.form()) {
        case IMAGE -> image(work, next);
        case JAR -> jar(work, next);
      }
      Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(
          next,
          options.output(),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
      delete(work);
    }
    Files.writeString(stamp, inputs);
    say("ready: " + options.output() + ", " + Files.size(options.output()) / 1_000_000 + " MB");
  }

  private void image(Path work, Path next) throws Exception {
    say("linking");
    List<String> modules = new ArrayList<>(List.of(options.module(), "jdk.unsupported"));
    modules.addAll(options.addModules());
    RuntimeImage image =
        RuntimeImage.link(
            Path.of(System.getProperty("java.home")),
            options.modulePath(),
            modules,
            work.resolve("image"));
    if (options.startCache()) {
      say("rehearsing");
      new Rehearsal(image, options.main(), options.javaOptions(), options.rehearseHandlers()).run();
    }
    say("packing");
    new SelfUnpacking(options.name(), options.main(), options.javaOptions(), options.startCache())
        .write(image.folder(), work.resolve("payload"), next);
  }

  private void jar(Path work, Path next) throws IOException {
    say("packing");
    Path jar = work.resolve("plugin.jar");
    FlatJar.write(
        options.modulePath(), options.module(), options.addModules(), options.main(), jar);
    Map<String, String> values = new HashMap<>();
    values.put("NAME", options.name());
    values.put("JAVA", Integer.toString(Runtime.version().feature()));
    List<String> jvm = new ArrayList<>(RuntimeImage.JVM_OPTIONS);
    jvm.addAll(options.javaOptions());
    values.put("OPTIONS", Stub.words(jvm));
    try (OutputStream out = Files.newOutputStream(next)) {
      out.write(Stub.fill("jar-stub.sh", values));
      Files.copy(jar, out);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void say(String what) {
    System.out.println("pack-plugin: " + what);
  }
}
