package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image of {@code cvt-plugins}, copied to a folder with a blank and called through a link. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CommandImageIT {
  @TempDir private static Path folder;
  private static Path command;
  private static EchoHome home;

  @BeforeAll
  static void copyTheImage() throws IOException {
    var image = folder.resolve("an image");
    copy(EchoHome.ROOT.resolve("cli/target/image"), image);
    command = Files.createSymbolicLink(folder.resolve("link"), image.resolve("bin/cvt-plugins"));
    home = EchoHome.in(folder.resolve("a home"));
    home.install(command);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(dir).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Program.Run run(Object... arguments) {
    return home.run(Program.of(command, arguments));
  }

  @Test
  void check_saysWhatWouldRun() {
    assertThat(run("check").ok().out())
        .startsWith("PLUGIN     SHA256        TIMEOUT  ON ERROR     HOOKS\necho-java  ")
        .endsWith("  20s      fail_closed  fetch_schema\n");
  }

  @Test
  void call_printsTheAnswerAndNothingElse_andTellsTheAudit() {
    var run = run("call", "fetch_schema", "{\"schemaId\":\"pets\",\"requestId\":\"r-1\"}").ok();

    assertThat(run.out())
        .matches("\\{\"spec\":\"[A-Za-z0-9+/=]+\",\"resolvedVersion\":\"latest\"}\n");
    assertThat(run.err())
        .contains("\"msg\":\"plugin_audit\"", "\"request_id\":\"r-1\"", "\"outcome\":\"ok\"");
  }

  @Test
  void call_makesNoClassForSwitches_andStartsNoPollerThatWouldDelayItsEnd() throws IOException {
    var log = folder.resolve("classes.log");
    var program =
        Program.of(command, "call", "fetch_schema")
            .with("CVT_PLUGINS_JAVA_OPTS", "-Xlog:class+load,class+init=info:file=" + log);

    home.run(program).ok();

    assertThat(Files.readString(log))
        .contains("dev.cvt.pluginmgr.Manager", "'dev/cvt/pluginmgr/Manager'")
        .doesNotContain("$$TypeSwitch", "Initializing 'sun/nio/ch/Poller'");
  }

  @Test
  void call_thatThePluginRefuses_exitsWith3() {
    var run = run("call", "fetch_schema", "{\"schemaId\":\"missing\"}");

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("NotFound");
  }

  @Test
  void call_ofAnUnknownField_exitsWith2AndNamesThoseThatThereAre() {
    var run = run("call", "fetch_schema", "{\"schema\":\"pets\"}");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "cvt-plugins: the request has no field schema;"
                + " cvt.plugin.registry.v1.FetchSchemaRequest has: schemaId, version, requestId\n");
  }

  @Test
  void run_staysUntilSigterm_andServesMetricsMeanwhile() throws Exception {
    var process =
        Program.of(command, "run", "--listen", "127.0.0.1:0")
            .with("HOME", home.folder())
            .with("ECHO_TOKEN", EchoHome.SECRET)
            .start();
    try (var out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var err = process.getErrorStream()) {
      var ready = Pattern.compile("ready: 1 plugin, metrics at (\\S+), pid (\\d+)");
      var line = ready.matcher(String.valueOf(out.readLine()));
      assertThat(line.matches()).isTrue();
      assertThat(line.group(2)).isEqualTo(Long.toString(process.pid()));
      assertThat(process.descendants()).isNotEmpty();
      var children = process.descendants().toList();
      try (var page = URI.create(line.group(1)).toURL().openStream()) {
        assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8))
            .contains("cvt_plugin_up{plugin=\"echo-java\",} 1.0");
      }

      // Not Process.destroy, which closes the streams as well.
      process.toHandle().destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(new String(err.readAllBytes(), StandardCharsets.UTF_8))
          .contains("stopping 1 plugin", "stopped")
          .doesNotContain(EchoHome.SECRET);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void aProviderJar_thatWasDroppedIn_isFound() throws IOException {
    var other = EchoHome.in(folder.resolve("with-provider"));
    other.install(command);
    var providers = Files.createDirectories(other.folder().resolve(".cvt/providers"));
    Files.copy(CustomRuntimeIT.SINK, providers.resolve("their-sink.jar"));
    other.settings("audit: {sinks: [{use: lines, path: audit.tsv}]}\n");

    other.run(Program.of(command, "call", "fetch_schema")).ok();

    assertThat(Files.readString(other.folder().resolve(".cvt/audit.tsv")))
        .endsWith("\techo-java\tregistry.v1/FetchSchema\tok\t\n");
  }

  @Test
  void aProviderJar_thatIsNone_isNamed() throws IOException {
    var other = EchoHome.in(folder.resolve("with-garbage"));
    var providers = Files.createDirectories(other.folder().resolve(".cvt/providers"));
    Files.writeString(providers.resolve("garbage.jar"), "no jar at all");

    var run = other.run(Program.of(command, "call", "fetch_schema"));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("cvt-plugins: the provider jars in " + providers + " cannot be used: ")
        .contains("garbage.jar")
        .endsWith("; take the jar out, or add what it needs\n");
  }
}
