package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The image of the command, run from another folder than the one it was built in. */
final class ImageIT {

  private static final Path IMAGE =
      Path.of(System.getProperty("repository.root")).normalize().resolve("cli/target/image");
  private static final String VERSION =
      "cvt-plugins " + System.getProperty("project.version") + "\n";

  /** Refuses to start where the start-up cache cannot be used, instead of starting slowly. */
  private static final String CACHE_OR_NOTHING = "-XX:AOTMode=on";

  @TempDir private static Path folder;
  private static Path copy;

  @BeforeAll
  static void copyIt() throws IOException {
    copy = folder.resolve("a copy of it");
    try (Stream<Path> files = Files.walk(IMAGE)) {
      for (Path file : files.toList()) {
        // As `cp -r` does: other times, the same modes.
        Path target = copy.resolve(IMAGE.relativize(file).toString());
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        if (Files.isRegularFile(target)) {
          Files.setLastModifiedTime(target, FileTime.fromMillis(0));
        }
      }
    }
  }

  private static Program command(Object... words) {
    return Program.of(copy.resolve("bin/cvt-plugins"), words);
  }

  @Test
  void copy_elsewhere_runsAndWritesResultsOnly() {
    var run = command("version").in(Path.of("/")).run().ok();
    assertThat(run.out()).startsWith(VERSION);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void copy_elsewhere_usesItsStartUpCaches() {
    var run = command("version").with("CVT_PLUGINS_JAVA_OPTS", CACHE_OR_NOTHING).run().ok();
    assertThat(run.out()).startsWith(VERSION);
    run = command("--version").with("CVT_PLUGINS_JAVA_OPTS", CACHE_OR_NOTHING).run().ok();
    assertThat(run.out()).startsWith(VERSION);
  }

  @ParameterizedTest
  @CsvSource({"cvt-plugins.aot, --version", "list.aot, version"})
  void cache_gone_isNotedByTheCheckAboveAndHarmsNobodyElse(String name, String word)
      throws IOException {
    Path cache = copy.resolve("lib").resolve(name);
    Path aside = Files.move(cache, folder.resolve("aside"));
    try {
      assertThat(command(word).with("CVT_PLUGINS_JAVA_OPTS", CACHE_OR_NOTHING).run().exit())
          .isNotZero();
      assertThat(command(word).run().ok().out()).startsWith(VERSION);
    } finally {
      Files.move(aside, cache);
    }
  }

  @Test
  void link_toTheLauncher_isFollowed() throws IOException {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("cvt-plugins"), Path.of("a copy of it/bin/cvt-plugins"));
    assertThat(Program.of(link, "version").in(Path.of("/")).run().ok().out()).startsWith(VERSION);
  }

  @Test
  void java_options_ofAnExpertAreTaken() {
    var run =
        command("version")
            .with("CVT_PLUGINS_JAVA_OPTS", "-XX:-UseSerialGC -XX:+UseParallelGC -Dx=y")
            .run()
            .ok();
    assertThat(run.out()).startsWith(VERSION);
  }

  /** As under a service manager, in a container, or after ssh from where another is installed. */
  @ParameterizedTest
  @ValueSource(strings = {"", "LANG=xx_XX.UTF-8", "LC_ALL=xx_XX.utf8"})
  void locale_notSetOrNotThere_namesOfAllLettersWork(String locale) {
    var script =
        """
        unset LC_ALL LC_CTYPE LANG
        [ -z "$3" ] || export "$3"
        home=$2/$(printf 'pl\\303\\274gins')$3 && mkdir "$home" && cp "$1/demo/cvt-plugin-echo-java" "$home/" || exit
        "$1/bin/cvt-plugins" --home "$home" install "$home/cvt-plugin-echo-java" || exit
        cmp "$home/cvt-plugin-echo-java" "$home/.cvt/plugins/cvt-plugin-echo-java"
        """;
    var run = Program.of(Path.of("/bin/sh"), "-c", script, "sh", copy, folder, locale).run().ok();
    assertThat(run.out()).startsWith("Installed echo-java\n");
  }

  @Test
  void standardInput_closed_isEmpty_andNoFileOfTheJvms() {
    var script = "exec \"$1/bin/cvt-plugins\" --home \"$2/none\" install - --name none <&-";
    var run = Program.of(Path.of("/bin/sh"), "-c", script, "sh", copy, folder).run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("cvt-plugins: the stream is empty; give the program itself\n");
  }

  /** Over a Java that only looks. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void stream_closed_isOpenForTheJvm(int number) throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/self/fd")));
    var bin = Files.createDirectories(folder.resolve("closed " + number).resolve("bin"));
    var seen = bin.resolve("seen");
    var launcher = Files.copy(copy.resolve("bin/cvt-plugins"), bin.resolve("cvt-plugins"));
    var java = bin.resolve("java");
    var look = "#!/bin/sh\nfile=$(readlink /proc/$$/fd/%d)\necho \"$file\" >'%s'\n";
    Files.writeString(java, look.formatted(number, seen));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    var script = "exec \"$1\" version " + number + ">&-";
    Program.of(Path.of("/bin/sh"), "-c", script, "sh", launcher).run();
    assertThat(seen).hasContent("/dev/null\n");
  }

  @Test
  void standardOutput_full_isNotDone() {
    assumeTrue(Files.exists(Path.of("/dev/full")));
    var script = "exec \"$1/bin/cvt-plugins\" version >/dev/full";
    var run = Program.of(Path.of("/bin/sh"), "-c", script, "sh", copy).run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "cvt-plugins: the result could not be written to standard output: No space left on"
                + " device; make room there, or write it elsewhere\n");
  }

  @Test
  void colours_areForATerminalOnly_andForNobodyWhoWantsNone() throws IOException {
    var script = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(script) && Files.exists(Path.of("/proc/self")));
    var err = folder.resolve("err");
    var line =
        "unset NO_COLOR; '%1$s' nothing; '%1$s' nothing 2>'%2$s'; '%1$s' --no-color --help"
            .formatted(copy.resolve("bin/cvt-plugins"), err);
    var run = Program.of(script, "-qc", line, "/dev/null").with("TERM", "xterm").run().ok();
    assertThat(run.out().lines().toList())
        .anyMatch(text -> text.startsWith("\u001b[31mcvt-plugins: \u001b[0mthere is no "))
        .anyMatch(text -> text.startsWith("Usage: cvt-plugins "));
    assertThat(run.out().substring(run.out().indexOf("Usage"))).doesNotContain("\u001b");
    assertThat(err).content().startsWith("cvt-plugins: there is no ");
  }

  @Test
  void modules_areTheCommandBothSinksAndWhatTheyNeed() {
    List<String> modules =
        Program.of(copy.resolve("bin/java"), "--list-modules")
            .run()
            .ok()
            .out()
            .lines()
            .map(line -> line.replaceFirst("@.*", ""))
            .toList();
    assertThat(modules)
        .contains(
            "dev.cvt.plugins",
            "dev.cvt.pluginmgr",
            "dev.cvt.pluginmgr.sinks.zapjson",
            "dev.cvt.pluginmgr.sinks.prometheus",
            "io.grpc.internal",
            "java.net.http")
        .doesNotContain("java.desktop", "jdk.compiler", "org.junit.jupiter.api", "jimfs");
  }

  @Test
  void demo_holdsThePlugin() {
    assertThat(copy.resolve("demo/cvt-plugin-echo-java")).isRegularFile().isExecutable();
  }
}
