import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Links the image of the command, puts its launcher in, and trains its start-up cache. Maven runs
 * it with the JDK of the build: {@code java BuildImage.java SOURCES OUTPUT MODULES...}, where
 * SOURCES is this folder, OUTPUT becomes the image, and MODULES are jars and folders of explicit
 * modules, the first one wins.
 *
 * <p>Nothing is done when the inputs are those of the image that is there. A failure leaves that
 * image as it was, but takes away what names its inputs, so that nobody takes it for current.
 */
final class BuildImage {
  private static final List<String> MODULES =
      List.of(
          "dev.cvt.plugins",
          // No module requires a sink.
          "dev.cvt.pluginmgr.sinks.zapjson",
          "dev.cvt.pluginmgr.sinks.prometheus",
          // Not ours to use, but those who write a sink expect to find them.
          "java.management",
          "java.net.http");

  /** What jlink puts in and nobody opens. */
  private static final List<String> NEEDLESS =
      List.of(
          "bin/jwebserver",
          "bin/keytool",
          "lib/classlist",
          "lib/jexec",
          "lib/jrt-fs.jar",
          // For signals of other programs' libraries, which are none here.
          "lib/libjsig.so",
          "lib/server/libjsig.so",
          // Sorts large arrays of numbers; without it the JDK does so in Java.
          "lib/libsimdsort.so");

  /** What nobody reads in the modules. */
  private static final List<String> UNREAD =
      List.of(
          // How they were built, and what other tools make of them.
          "**/META-INF/maven/**",
          "**/META-INF/native-image/**",
          "**/META-INF/proguard/**",
          "**.proto",
          // Of the tool that is left out above.
          "/java.base/sun/security/tools/keytool/Main*",
          // Messages of the JDK in other languages.
          "regex:/j.*_(de|es|fr|it|ja|ko|pt_BR|sv|zh_CN|zh_HK|zh_TW)[.]class",
          // The names of all characters, for Character.getName, and which domains are public, for
          // guava's InternetDomainName.
          "/java.base/java/lang/uniName.dat",
          // The letters of a Korean charset that no locale of Linux or macOS has.
          "/java.base/sun/nio/cs/Johab$*",
          "/com.google.common/com/google/thirdparty/publicsuffix/PublicSuffixPatterns.class",
          // What prints and verifies classes in Java; the JVM has a verifier of its own.
          "/java.base/jdk/internal/classfile/impl/ClassPrinter*",
          "/java.base/jdk/internal/classfile/impl/verifier/Verif*",
          // Netty is here for HTTP/2. Some of each package stays, as its module promises.
          "/io.netty.codec.http/**/spdy/Spdy*",
          "/io.netty.codec.http/**/websocketx/WebSocket*",
          "/io.netty.codec.http/**/multipart/Http*");

  /** What stands in each JVM of the image; what names a path stands in the launcher. */
  private static final List<String> JVM_OPTIONS =
      List.of(
          // A host of a few plugins lives in a small heap, and starts sooner without more threads.
          "-XX:+UseSerialGC",
          "-Xms32m",
          // The compiler takes seven megabytes from the C library while the host starts, and gives
          // them back; this has the library give them back to the system, every ten seconds.
          "-XX:TrimNativeHeapInterval=10000",
          // The cache is mapped where it was made for, and shared with the file. At an address of
          // chance, as by default, the JVM writes 44 MB anew at each start: 16 MB more of private
          // memory. What is given up is chance in where the classes' descriptions lie.
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          // No profiles in the cache: with them the compilers begin at once, and a command is over
          // before that pays. A quarter of the processor time of `list`.
          "-XX:-AOTRecordTraining",
          "-XX:-AOTReplayTraining",
          // SHA-256 is fast only in code of the second compiler, which takes its time otherwise:
          // the first 2 MB of a plugin took 30 ms, and take 6.
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::implCompress,0.001",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock,0.0001",
          // Figures are the same everywhere, for whoever reads them by a program. And a number is
          // formatted without asking for the signs of a locale, which takes a cold JVM 7 ms.
          "-Duser.language.format=en",
          "-Duser.country.format=US",
          // Standard output belongs to results.
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          // protobuf and netty still ask for Unsafe; the warning would be the user's first
          // impression.
          "--sun-misc-unsafe-memory-access=allow",
          // flock(2), setsid and signals to a verified process go through the foreign function API.
          "--enable-native-access=dev.cvt.goplugin,dev.cvt.pluginmgr");

  private static final long TRAINING_MINUTES = 3;

  private final Path sources;
  private final Path image;
  private final Path plugin;
  private final List<Path> modulePath;

  private BuildImage(Path sources, Path image, Path plugin, List<Path> modulePath) {
    this.sources = sources;
    this.image = image;
    this.plugin = plugin;
    this.modulePath = modulePath;
  }

  public static void main(String[] args) throws Exception {
    new BuildImage(
            Path.of(args[0]), Path.of(args[1]),
            Path.of(args[2]), Arrays.stream(args).skip(3).map(Path::of).toList())
        .run();
  }

  private void run() throws Exception {
    String inputs = digest();
    // Beside the image, not in it: the image is what is copied and compared.
    Path stamp = image.resolveSibling(image.getFileName() + ".inputs");
    if (Files.exists(stamp) && Files.readString(stamp).equals(inputs) && Files.exists(image)) {
      say("up to date: " + image);
      return;
    }
    Files.deleteIfExists(stamp);
    Path next = image.resolveSibling(image.getFileName() + ".new");
    delete(next);
    say("linking");
    Path renewed = image.resolveSibling("renewed");
    delete(renewed);
    renew(Files.createDirectory(renewed));
    link(next, renewed);
    for (String needless : NEEDLESS) {
      Files.deleteIfExists(next.resolve(needless));
    }
    strip(next);
    Path launcher = next.resolve("bin/cvt-plugins");
    Files.copy(sources.resolve("cvt-plugins"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Path demo = Files.createDirectory(next.resolve("demo"));
    Files.copy(plugin, demo.resolve(plugin.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
    say("training");
    train(next);
    delete(image);
    Files.move(next, image, StandardCopyOption.ATOMIC_MOVE);
    Files.writeString(stamp, inputs);
    say("ready: %s (%d MB)".formatted(image, size(image) / 1_000_000));
  }

  /** Writes jars anew, into a folder that goes before them. */
  private void renew(Path to) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path entry : modulePath) {
      if (Files.isDirectory(entry)) {
        try (var inside = Files.newDirectoryStream(entry, "*.jar")) {
          inside.forEach(jars::add);
        }
      } else {
        jars.add(entry);
      }
    }
    var renewal = new Renewal(jars);
    for (Path jar : jars) {
      renewal.write(jar, to.resolve(jar.getFileName()));
    }
  }

  private void link(Path next, Path renewed) {
    var jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IllegalStateException("this Java has no jlink: use a JDK"));
    List<String> args = new ArrayList<>();
    args.addAll(
        List.of(
            "--module-path",
            String.join(
                System.getProperty("path.separator"),
                Stream.concat(Stream.of(renewed), modulePath.stream())
                    .map(Path::toString)
                    .toList())));
    args.addAll(List.of("--add-modules", String.join(",", MODULES)));
    args.addAll(List.of("--add-options", String.join(" ", JVM_OPTIONS)));
    args.addAll(List.of("--strip-debug", "--no-header-files", "--no-man-pages"));
    args.addAll(List.of("--exclude-resources", String.join(",", UNREAD)));
    args.addAll(List.of("--compress", "zip-9", "--output", next.toString()));
    int code =
        jlink.run(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            args.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException("jlink failed with exit code " + code);
    }
  }

  /** Takes out of the libraries what debuggers and tracers read, 5 MB, by {@code strip}. */
  private static void strip(Path next) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.walk(next)) {
      List<String> command =
          new ArrayList<>(
              List.of("strip", "--strip-unneeded", "-R", ".note.stapsdt", "-R", ".comment"));
      files.map(Path::toString).filter(name -> name.endsWith(".so")).forEach(command::add);
      int code = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("strip failed with exit code " + code);
      }
    } catch (IOException e) {
      say("not stripped: " + e.getMessage()); // there is none
    }
  }

  /** Runs that do what people do, at whose ends the JVM writes the caches. */
  private void train(Path next) throws IOException, InterruptedException {
    train(next, "commands", "cvt-plugins.aot");
    // To map all that a plugin needs takes twice as long as what these need.
    train(next, "list", "list.aot");
  }

  /**
   * One such run.
   *
   * @param what a file of command lines, beside a folder of the same name and {@code -home}
   */
  private void train(Path next, String what, String name) throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("cvt-plugins-train");
    Path log = image.resolveSibling("training-" + what + ".log");
    Path cache = next.resolve("lib").resolve(name);
    try {
      copy(sources.resolve("train").resolve(what + "-home"), home);
      var builder =
          new ProcessBuilder(
              next.resolve("bin/java").toString(),
              "-XX:AOTCacheOutput=" + cache,
              "-Dcvt.plugins.image=" + next,
              "-m",
              "dev.cvt.plugins/dev.cvt.plugins.Training",
              sources.resolve("train").resolve(what).toString());
      builder.directory(home.toFile());
      builder.environment().put("HOME", home.toString());
      // What a developer sets for other JVMs is not what the users of the image have.
      builder
          .environment()
          .keySet()
          .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
      // Nor what he sets for this command, such as its safe mode.
      builder.environment().keySet().removeIf(each -> each.startsWith("CVT_"));
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(TRAINING_MINUTES, TimeUnit.MINUTES)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new IllegalStateException("the training hangs; its output is in " + log);
      }
      if (process.exitValue() != 0 || !Files.exists(cache)) {
        System.err.print(Files.readString(log));
        throw new IllegalStateException("the training failed; its output is above and in " + log);
      }
    } finally {
      delete(home);
    }
  }

  /** Names what the image is made from: this JDK, every byte of the sources and of the modules. */
  private String digest() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    digest.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
    List<Path> roots = new ArrayList<>(modulePath);
    roots.add(sources);
    roots.add(plugin);
    try (var sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      for (Path root : roots) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            sink.write(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
            sink.write(0);
            Files.copy(file, sink);
          }
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(BuildImage::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(String what) {
    System.out.println("image: " + what);
  }
}
