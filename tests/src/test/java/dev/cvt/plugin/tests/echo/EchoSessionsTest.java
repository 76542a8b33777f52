package dev.cvt.plugin.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChange;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationError;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.EndpointUsage;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.tests.echo.EchoHost.Outcome;
import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.session.Session;
import dev.cvt.pluginmgr.StateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whole sessions of CVT's protocol: our manager, and CVT's own for comparison. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what a host gives is read from /proc")
final class EchoSessionsTest {

  private static final String CONFIG =
      """
      plugins:
        echo:
          binary: %s
          secrets: [token]
          config: {token: hushhush-token, base_url: http://x, empty: ""}
      hooks:
        fetch_schema: echo
        register_consumer_usage: echo
        on_breaking_change_detected: echo
        on_validation_failed: echo
      """;

  @TempDir Path folder;

  @Test
  void ourManager_goPlugin() throws Exception {
    session(Peers.goEcho().toString(), "our-manager-go-echo", OurHost::start, Set.of("HOME"));
  }

  @Test
  void ourManager_javaPlugin() throws Exception {
    session(JavaEcho.command(), "our-manager-java-echo", OurHost::start, Set.of("HOME"));
  }

  @Test
  void goManager_goPlugin() throws Exception {
    session(
        Peers.goEcho().toString(), "go-manager-go-echo", GoHost::start, Set.of("HOME", "TMPDIR"));
  }

  @Test
  void goManager_javaPlugin() throws Exception {
    session(JavaEcho.command(), "go-manager-java-echo", GoHost::start, Set.of("HOME", "TMPDIR"));
  }

  private void session(String plugin, String name, Starter starter, Set<String> known)
      throws Exception {
    var home = new Home(Files.createDirectory(folder.resolve("home")));
    try (var session = new Session(folder.resolve("cvt-plugin-echo"), plugin, known)) {
      session.name(home.folder().toString(), "<home>");
      StateFile.at(home.stateJson(), home.plugins()).install(session.program(), "echo");
      home.configured(CONFIG.formatted(home.plugins().resolve("cvt-plugin-echo")));
      try (var host = starter.start(home)) {
        for (var request : requests()) {
          assertThat(host.call(request)).isInstanceOf(Outcome.Answer.class);
        }
        assertThat(host.call(EchoWords.fetch("missing"))).isInstanceOf(Outcome.Failed.class);
        session.awaitPrinted("printed\n");
        if (host instanceof OurHost) {
          session.awaitAnswered("grpc.health.v1.Health/Check");
        }
      }
      session.check(name);
    }
  }

  /** Starts a manager. */
  private interface Starter {
    EchoHost start(Home home) throws Exception;
  }

  /** One of each kind, with something in every field. */
  private static List<Message> requests() {
    return List.of(
        EchoWords.fetch("pets").toBuilder().setVersion("1.2.0").build(),
        EchoWords.fetch("print:printed"),
        RegisterConsumerUsageRequest.newBuilder()
            .setConsumerId("shop")
            .setSchemaId("pets")
            .setSchemaVersion("1.2.0")
            .setEnvironment("prod")
            .addEndpoints(
                EndpointUsage.newBuilder()
                    .setMethod("GET")
                    .setPath("/pets")
                    .addUsedFields("id")
                    .addUsedFields("name"))
            .setRequestId("r-2")
            .build(),
        BreakingChangeDetectedRequest.newBuilder()
            .setRequestId("r-3")
            .setSchemaId("pets")
            .setOldVersion("1.2.0")
            .setNewVersion("2.0.0")
            .addChanges(
                BreakingChange.newBuilder()
                    .setKind("removed")
                    .setDescription("it is gone")
                    .setMethod("GET")
                    .setPath("/pets")
                    .setFieldPath("name"))
            .setDetectedBy("ci")
            .build(),
        ValidationFailedRequest.newBuilder()
            .setRequestId("r-4")
            .setSchemaId("pets")
            .setMethod("GET")
            .setPath("/pets")
            .addErrors(
                ValidationError.newBuilder()
                    .setKind("type")
                    .setDescription("no number")
                    .setFieldPath("id"))
            .build());
  }
}
