package example.jimfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a user of the manager tests what surrounds it: no disk, no process, no real home. */
class InMemoryTest {
  private FileSystem memory;
  private Path home;
  private Path program;

  @BeforeEach
  void aHomeInMemory() throws IOException {
    memory =
        Jimfs.newFileSystem(
            Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix")
                .setWorkingDirectory("/")
                .build());
    home = Files.createDirectories(memory.getPath("/home/me"));
    Files.createDirectories(home.resolve(".cvt"));
    program = Files.write(memory.getPath("/build-cvt-plugin-rest"), new byte[] {1, 2, 3});
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private Config read(String yaml, Map<String, String> variables) throws IOException {
    Path file = Files.writeString(home.resolve(".cvt/config.yaml"), yaml);
    return Config.reader().home(home).env(variables).read(file);
  }

  @Test
  void config_isReadFromMemory() throws IOException {
    var config =
        read(
            """
            plugins:
              rest:
                binary: ~/.cvt/plugins/cvt-plugin-rest
                secrets: [token]
                config:
                  token: ${TOKEN}
            hooks:
              fetch_schema: rest
            """,
            Map.of("TOKEN", "hushhush"));

    assertThat(config.hooks()).isEqualTo(Map.of(Config.Hook.FETCH_SCHEMA, "rest"));
    assertThat(config.plugins().get("rest").config().get("token").reveal()).isEqualTo("hushhush");
    assertThat(config.toString()).doesNotContain("hushhush");
  }

  @Test
  void everyProblem_isReportedWithItsPlace() {
    assertThatThrownBy(() -> read("plugins: {Rest: {binary: x}}\nhook: {}\n", Map.of()))
        .isInstanceOfSatisfying(
            Config.Invalid.class,
            invalid ->
                assertThat(invalid.problems())
                    .extracting(Config.Problem::key)
                    .containsExactlyInAnyOrder("plugins.Rest", "plugins.Rest.binary", "hook"));
  }

  @Test
  void whatIsInstalled_isVerifiedAndRemoved() throws Exception {
    var state = StateFile.at(home.resolve("plugins/state.json"), home.resolve("plugins"));
    var entry = state.install(program, "rest");

    assertThat(state.read().plugins()).containsOnlyKeys("rest");
    assertThat(state.verify(entry)).isEqualTo(entry);

    Files.write(memory.getPath(entry.binaryPath()), new byte[] {4});
    assertThatThrownBy(() -> state.verify(entry)).isInstanceOf(StateFile.Refused.class);

    state.remove("rest");
    assertThat(state.read().plugins()).isEmpty();
    assertThat(Files.exists(memory.getPath(entry.binaryPath()))).isFalse();
  }

  @Test
  void aManagerForTests_answersWithWhatWasInjected() {
    var config =
        Config.builder()
            .home(home)
            .plugin("rest", p -> p.binary(home.resolve(".cvt/plugins/cvt-plugin-rest")))
            .hook(Config.Hook.FETCH_SCHEMA, "rest")
            .build();
    var audit = AuditSink.recording();
    try (var manager = Manager.forTest(config, audit, MetricsBackend.none())) {
      manager.inject(
          "rest",
          new PetsRegistry(),
          null,
          new Manager.Handle("rest", "rest/1", "", 1, List.of("registry.v1")));

      Optional<?> answer = manager.hooks().fetchSchema(PetsRegistry.request());

      assertThat(answer).isPresent();
      assertThat(audit.records()).hasSize(1);
    }
  }
}
