package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a runtime that embeds the manager, with the sink that it was linked with, and
 * more.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CustomRuntimeIT {
  static final Path SINK =
      EchoHome.ROOT.resolve(
          "examples/custom-sink/target/example-custom-sink-%s.jar"
              .formatted(System.getProperty("project.version")));

  private static final Path EMBEDDED =
      EchoHome.ROOT.resolve("examples/custom-runtime/target/image/bin/embedded");

  @TempDir private Path folder;
  private EchoHome home;

  @BeforeEach
  void install() throws IOException {
    home = EchoHome.in(folder);
    home.install(EchoHome.ROOT.resolve("cli/target/image/bin/cvt-plugins"));
  }

  @Test
  void theRuntime_callsThePlugin_andItsSinkTakesTheRecord() {
    var run = home.run(Program.of(EMBEDDED, "pets")).ok();

    assertThat(run.out()).startsWith("{\"schema_id\":\"pets\",\"version\":\"\",");
    assertThat(run.err())
        .contains("\"msg\":\"plugin_audit\",\"kind\":\"read\",\"plugin\":\"echo-java\"");
  }

  @Test
  void aSinkOfAThirdParty_onTheModulePath_takesEveryRecordAsWell() throws IOException {
    var run =
        home.run(
                Program.of(EMBEDDED, "pets")
                    .with(
                        "JDK_JAVA_OPTIONS",
                        "--module-path \"%s\" --add-modules example.sink".formatted(SINK)))
            .ok();

    assertThat(Files.readString(folder.resolve(".cvt/audit.tsv")))
        .endsWith("\techo-java\tregistry.v1/FetchSchema\tok\t\n");
    assertThat(run.err()).contains("\"msg\":\"plugin_audit\"");
  }

  @Test
  void aConfigurationThatIsWrong_isToldWithItsRemedy() throws IOException {
    home.write("config.yaml", "plugins: {echo-java: {binary: relative}}\n");

    var run = home.run(Program.of(EMBEDDED));

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("config.yaml:1:").contains("plugins.echo-java.binary");
  }
}
