package dev.cvt.plugin.tests.echo;

import static dev.cvt.plugin.tests.echo.EchoWords.acknowledged;
import static dev.cvt.plugin.tests.echo.EchoWords.audited;
import static dev.cvt.plugin.tests.echo.EchoWords.echo;
import static dev.cvt.plugin.tests.echo.EchoWords.fetch;
import static dev.cvt.plugin.tests.echo.EchoWords.ofEveryMethod;
import static dev.cvt.plugin.tests.echo.EchoWords.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChange;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationError;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.EndpointUsage;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.tests.echo.EchoHost.LogRecord;
import dev.cvt.plugin.tests.echo.EchoHost.Outcome;
import dev.cvt.plugin.tests.peers.Hash;
import dev.cvt.plugin.tests.peers.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code examples/ECHO.md} promises, seen through a manager. One plugin serves all tests of a
 * class; those that end it start their own.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class EchoContract {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Path folder;
  private Path plugin;
  private EchoHost host;

  /** The plugin, as a file that can be installed; one that has to be made goes to the folder. */
  abstract Path plugin(Path folder) throws Exception;

  /** Installs the plugin on a home, for the manager's own part. */
  abstract void install(Home home, Path plugin) throws Exception;

  /** Starts a manager on a home where the plugin is installed and configured. */
  abstract EchoHost start(Home home) throws Exception;

  @BeforeAll
  void startOne(@TempDir Path folder) throws Exception {
    this.folder = folder;
    plugin = plugin(Files.createDirectories(folder.resolve("plugin")));
    host = open(shared());
  }

  @AfterAll
  void stopIt() throws Exception {
    if (host != null) {
      host.close();
    }
  }

  private Path shared() {
    return folder.resolve("shared");
  }

  private Path binary(Home home) {
    return home.plugins().resolve(plugin.getFileName());
  }

  private EchoHost open(Path folder) throws Exception {
    var home = installed(folder);
    return start(home.configured(EchoWords.config(binary(home))));
  }

  private Home installed(Path folder) throws Exception {
    var home = new Home(Files.createDirectories(folder));
    install(home, plugin);
    return home;
  }

  @Test
  void plugin_running_isKnownByNameVersionHashAndServices() throws Exception {
    var running = host.running();
    assertThat(running.reportedVersion()).isEqualTo("echo/1.0.0");
    assertThat(running.services()).containsExactly("registry.v1", "events.v1");
    assertThat(running.sha256()).isEqualTo(Hash.sha256(binary(new Home(shared()))));
    assertThat(fetched("pid")).isEqualTo(Long.toString(running.pid()));
  }

  @Test
  void fetchSchema_plain_echoesWhatCameAndTheConfig() throws Exception {
    var request =
        FetchSchemaRequest.newBuilder()
            .setSchemaId("pets \"<&>\"\\\u0001\u007f\u2028é\ud83d\ude00")
            .setRequestId("r-1");
    assertThat(host.call(request.build()))
        .isEqualTo(
            schema(
                "latest",
                "{\"schema_id\":\"pets"
                    + " \\\"<&>\\\"\\\\\\u0001\u007f\u2028é\ud83d\ude00\",\"version\":\"\","
                    + "\"request_id\":\"r-1\",\"config\":"
                    + EchoWords.CONFIG_SHOWN
                    + "}"));
  }

  @Test
  void fetchSchema_version_isResolvedToItself() throws Exception {
    var request =
        FetchSchemaRequest.newBuilder().setSchemaId("a").setVersion("2").setRequestId("r");
    assertThat(host.call(request.build())).isEqualTo(schema("2", echo("a", "2", "r")));
  }

  @Test
  void setConfig_allKeys_cameInTheOrderOfTheirBytes() throws Exception {
    assertThat(fetched("order")).isEqualTo("base_url\ndb_secret\nempty\ntoken\nzeta\né\n");
  }

  @Test
  void env_names_areSortedAndHoldTheCookie() throws Exception {
    var names = fetched("env").lines().toList();
    assertThat(names).contains("CVT_PLUGIN_MAGIC_COOKIE", "PLUGIN_PROTOCOL_VERSIONS").isSorted();
    assertThat(fetched("env")).endsWith("\n").doesNotContain("=");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 3_000_000})
  void fetchSchema_big_isThatManyBytes(int size) throws Exception {
    assertThat(host.call(fetch("big:" + size))).isEqualTo(schema("latest", "x".repeat(size)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep:0s", "sleep:20ms", "nack", "sleeping", "error", "big", "log", "é"})
  void fetchSchema_wordWithoutAMeaning_isEchoed(String id) throws Exception {
    assertThat(host.call(fetch(id))).isEqualTo(schema("latest", echo(id, "", id)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sleep:soon",
        "sleep:1h",
        "sleep:-1s",
        "sleep:",
        "error:NO_SUCH_CODE:x",
        "error:OK:x",
        "error:INTERNAL",
        "big:-1",
        "big:",
        "big:1k",
        "big:268435457",
        "log:loud:x",
        "log:INFO:x"
      })
  void fetchSchema_unreadable_isInvalidArgument(String id) throws Exception {
    failsWith(fetch(id), "InvalidArgument", "cannot read the schema_id \"" + id + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED, Canceled",
    "UNKNOWN, Unknown",
    "INVALID_ARGUMENT, InvalidArgument",
    "DEADLINE_EXCEEDED, DeadlineExceeded",
    "NOT_FOUND, NotFound",
    "ALREADY_EXISTS, AlreadyExists",
    "PERMISSION_DENIED, PermissionDenied",
    "RESOURCE_EXHAUSTED, ResourceExhausted",
    "FAILED_PRECONDITION, FailedPrecondition",
    "ABORTED, Aborted",
    "OUT_OF_RANGE, OutOfRange",
    "INTERNAL, Internal",
    "UNAVAILABLE, Unavailable",
    "DATA_LOSS, DataLoss",
    "UNAUTHENTICATED, Unauthenticated"
  })
  void everyMethod_error_hasItsCodeAndMessage(String name, String asGoSpellsIt) throws Exception {
    for (var request : ofEveryMethod("error:" + name + ":try: later é")) {
      failsWith(request, asGoSpellsIt, "try: later é");
    }
  }

  @Test
  void everyMethod_missing_isNotFound() throws Exception {
    for (var request : ofEveryMethod("missing")) {
      failsWith(request, "NotFound", "schema \"missing\" does not exist");
    }
  }

  /** The plugin does not do that: no fault, and the hook answers as if nobody were bound. */
  @Test
  void everyMethod_unimplemented_isTheHooksOwnAnswer() throws Exception {
    var requests = ofEveryMethod("error:UNIMPLEMENTED:no");
    assertThat(host.call(requests.getFirst())).isEqualTo(new Outcome.NoAnswer());
    for (var request : requests.subList(1, 4)) {
      assertThat(host.call(request)).isEqualTo(acknowledged(request, true));
    }
  }

  @Test
  void eitherService_slowerThanTheTimeout_isDeadlineExceeded() throws Exception {
    var requests = ofEveryMethod("sleep:60s");
    var home = installed(folder.resolve("impatient"));
    try (var impatient = start(home.configured(EchoWords.config(binary(home), "1s")))) {
      for (var request : List.of(requests.getFirst(), requests.getLast())) {
        var outcome = assertTimeoutPreemptively(LIMIT, () -> impatient.call(request));
        assertThat(outcome)
            .isInstanceOfSatisfying(
                Outcome.Failed.class,
                failed -> assertThat(failed.code()).isEqualTo("DeadlineExceeded"));
      }
    }
  }

  @Test
  void otherMethods_nack_isNotAcknowledged() throws Exception {
    for (var request : ofEveryMethod("nack").subList(1, 4)) {
      assertThat(host.call(request)).isEqualTo(acknowledged(request, false));
    }
  }

  @Test
  void registerConsumerUsage_isAcknowledgedAndLogged() throws Exception {
    var request =
        RegisterConsumerUsageRequest.newBuilder()
            .setRequestId("log-1")
            .setConsumerId("shop")
            .setSchemaId("pets")
            .setSchemaVersion("3")
            .setEnvironment("prod")
            .addEndpoints(
                EndpointUsage.newBuilder()
                    .setMethod("GET")
                    .setPath("/pets")
                    .addUsedFields("id")
                    .addUsedFields("name"))
            .addEndpoints(EndpointUsage.newBuilder().setMethod("POST").setPath("/pets"))
            .build();
    assertThat(host.call(request)).isEqualTo(acknowledged(request, true));
    assertThat(logged("log-1"))
        .isEqualTo(
            new LogRecord(
                "info",
                "register_consumer_usage",
                Map.of(
                    "request_id", "log-1",
                    "consumer_id", "shop",
                    "schema_id", "pets",
                    "schema_version", "3",
                    "environment", "prod",
                    "endpoints", "GET /pets id,name; POST /pets")));
  }

  @Test
  void onBreakingChangeDetected_isAcknowledgedAndLogged() throws Exception {
    var request =
        BreakingChangeDetectedRequest.newBuilder()
            .setRequestId("log-2")
            .setSchemaId("pets")
            .setOldVersion("1")
            .setNewVersion("2")
            .setDetectedBy("ci")
            .addChanges(BreakingChange.newBuilder().setKind("removed").setPath("/pets"))
            .addChanges(BreakingChange.newBuilder().setKind("narrowed"))
            .build();
    assertThat(host.call(request)).isEqualTo(acknowledged(request, true));
    assertThat(logged("log-2"))
        .isEqualTo(
            new LogRecord(
                "info",
                "on_breaking_change_detected",
                Map.of(
                    "request_id", "log-2",
                    "schema_id", "pets",
                    "old_version", "1",
                    "new_version", "2",
                    "detected_by", "ci",
                    "changes", "removed; narrowed")));
  }

  @Test
  void onValidationFailed_isAcknowledgedAndLogged() throws Exception {
    var request =
        ValidationFailedRequest.newBuilder()
            .setRequestId("log-3")
            .setSchemaId("pets")
            .setMethod("GET")
            .setPath("/pets")
            .addErrors(ValidationError.newBuilder().setKind("type"))
            .build();
    assertThat(host.call(request)).isEqualTo(acknowledged(request, true));
    assertThat(logged("log-3"))
        .isEqualTo(
            new LogRecord(
                "info",
                "on_validation_failed",
                Map.of(
                    "request_id", "log-3",
                    "schema_id", "pets",
                    "method", "GET",
                    "path", "/pets",
                    "errors", "type")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"debug", "info", "warn", "error"})
  void log_level_reachesTheHost(String level) throws Exception {
    var id = "log-at-" + level;
    var request =
        FetchSchemaRequest.newBuilder().setSchemaId("log:" + level + ":a: é").setRequestId(id);
    assertThat(host.call(request.build()))
        .isEqualTo(schema("latest", echo("log:" + level + ":a: é", "", id)));
    assertThat(logged(id)).isEqualTo(new LogRecord(level, "a: é", Map.of("request_id", id)));
  }

  @Test
  void print_doesNotDisturbTheCall() throws Exception {
    var id = "print:1|1|unix|/nowhere|grpc|";
    assertThat(host.call(fetch(id))).isEqualTo(schema("latest", echo(id, "", id)));
  }

  @Test
  void audit_everyMethod_hasItsRecord() throws Exception {
    for (var request : ofEveryMethod("audited")) {
      host.call(request);
    }
    host.call(
        FetchSchemaRequest.newBuilder().setSchemaId("missing").setRequestId("audited").build());
    var running = host.running();
    assertThat(host.audit().stream().filter(record -> record.requestId().equals("audited")))
        .containsExactly(
            audited(running, "read", "registry.v1", "FetchSchema", "ok", ""),
            audited(running, "write", "registry.v1", "RegisterConsumerUsage", "ok", ""),
            audited(running, "write", "events.v1", "OnBreakingChangeDetected", "ok", ""),
            audited(running, "write", "events.v1", "OnValidationFailed", "ok", ""),
            audited(running, "read", "registry.v1", "FetchSchema", "error", "NotFound"));
  }

  @Test
  void crash_inMidCall_isUnavailableAtOnce() throws Exception {
    try (var own = open(folder.resolve("crash"))) {
      var outcome = assertTimeoutPreemptively(LIMIT, () -> own.call(fetch("crash")));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Failed.class, failed -> assertThat(failed.code()).isEqualTo("Unavailable"));
    }
  }

  @Test
  void stop_endsTheProcess() throws Exception {
    long pid;
    try (var own = open(folder.resolve("stop"))) {
      pid = own.running().pid();
      assertThat(ProcessHandle.of(pid)).isPresent();
    }
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  private String fetched(String schemaId) throws Exception {
    return switch (host.call(fetch(schemaId))) {
      case Outcome.Answer(FetchSchemaResponse response) -> response.getSpec().toStringUtf8();
      case Outcome.Answer(Message other) -> throw new AssertionError(other);
      case Outcome.NoAnswer() -> throw new AssertionError("no answer to " + schemaId);
      case Outcome.Failed failed -> throw new AssertionError(failed);
    };
  }

  private void failsWith(Message request, String code, String message) throws Exception {
    assertThat(host.call(request))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(code);
              assertThat(failed.message()).contains(message);
            });
  }

  /**
   * The one log record with that request id; logs arrive beside the answers, so it is waited for.
   */
  private LogRecord logged(String requestId) throws Exception {
    for (var end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end; ) {
      for (var record : host.log()) {
        if (requestId.equals(record.fields().get("request_id"))) {
          return record;
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    throw new AssertionError("no record " + requestId + " in " + host.log());
  }
}
