package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A manager with one real plugin, started once for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ManagerProcessTest {
  private static final String SECRET = "hushhush-token-42";

  private TestHome home;
  private Manager manager;
  private final RecordingAuditSink audit = AuditSink.recording();
  private final MetricsTable metrics = new MetricsTable();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    home = new TestHome(folder);
    home.installJava("test", "echo", "9.9");
    Config config =
        home.config(
            p ->
                p.config("b", "2")
                    .config("a", "1")
                    .secret("token", SECRET)
                    .config("A", "0")
                    .env("EXTRA", "extra")
                    .maxMessageBytes(64 << 10),
            "test");
    manager =
        Manager.builder(config, home.state())
            .discovery(false)
            .audit(audit)
            .metrics(metrics)
            .build();
    manager.start();
  }

  @AfterAll
  void stop() throws Exception {
    manager.close();
    home.assertNothingLeft();
  }

  private String fetch(String what) {
    return manager.hooks().fetchSchema(request(what)).orElseThrow().getSpec().toStringUtf8();
  }

  private static FetchSchemaRequest request(String what) {
    return FetchSchemaRequest.newBuilder().setSchemaId(what).build();
  }

  private Manager.CallFailed failure(Runnable call) {
    return catchThrowableOfType(Manager.CallFailed.class, call::run);
  }

  @Test
  void started_isReadyAndKnown() throws Exception {
    var handle = manager.handle("test").orElseThrow();

    assertThat(handle)
        .isEqualTo(
            new Manager.Handle(
                "test",
                "test/9.9",
                home.state().read().plugins().get("test").sha256(),
                Long.parseLong(fetch("pid")),
                List.of("registry.v1", "events.v1")));
    var status = manager.status().get("test");
    assertThat(status.state()).isEqualTo(Manager.State.READY);
    assertThat(status.pid()).isEqualTo(handle.pid());
    assertThat(status.restarts()).isZero();
    assertThat(status.lastFailure()).isEmpty();
    assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_info", "cvt_plugin_restarts_total"))
        .containsOnly(
            Map.entry("cvt_plugin_up{plugin=test}", 1.0),
            Map.entry(
                "cvt_plugin_info{plugin=test,version=test/9.9,sha256="
                    + handle.sha256().substring(0, 12)
                    + "}",
                1.0),
            Map.entry("cvt_plugin_restarts_total{plugin=test}", 0.0));
    assertThat(metrics.read("cvt_plugin_start_phase_seconds").keySet())
        .contains(
            "cvt_plugin_start_phase_seconds{plugin=test,phase=verify}",
            "cvt_plugin_start_phase_seconds{plugin=test,phase=Info}",
            "cvt_plugin_start_phase_seconds{plugin=test,phase=SetConfig}");
  }

  @Test
  void config_isDeliveredSortedSecretsIncluded() {
    assertThat(fetch("config").lines()).containsExactly("A=0", "a=1", "b=2", "token=" + SECRET);
  }

  @Test
  void environment_holdsTheShortListAndWhatIsConfigured() {
    var names = fetch("environment").lines().map(line -> line.replaceFirst("=.*", "")).toList();

    assertThat(names).contains("PATH", "EXTRA", "CVT_PLUGIN_MAGIC_COOKIE", "TMPDIR");
    var usual =
        List.of(
            "PATH",
            "HOME",
            "LANG",
            "TZ",
            "TMPDIR",
            "PWD",
            "SHLVL",
            "_",
            "OLDPWD",
            "EXTRA",
            TestHome.TRACE,
            "CVT_PLUGIN_MAGIC_COOKIE",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR");
    assertThat(names)
        .allMatch(
            name ->
                usual.contains(name)
                    || name.startsWith("LC_")
                    || name.startsWith("PLUGIN_")
                    || name.startsWith("GOPLUGIN_")
                    || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
  }

  @Test
  void request_withoutId_carriesTheOneThatIsAudited() {
    var answer = manager.hooks().fetchSchema(request("echo")).orElseThrow();

    assertThat(audit.records())
        .extracting(AuditRecord::requestId)
        .contains(answer.getSpec().toStringUtf8());
  }

  @Test
  void deadline_isKnownToThePlugin() {
    var hooks = manager.hooks().within(Duration.ofSeconds(40));
    var left = hooks.fetchSchema(request("deadline")).orElseThrow().getSpec().toStringUtf8();

    assertThat(Long.parseLong(left)).isBetween(1L, 40_000L);
  }

  @Test
  void call_overItsDeadline_isCancelledInThePlugin() {
    var hooks = manager.hooks().within(Duration.ofMillis(50));
    var failed = failure(() -> hooks.fetchSchema(request("hang")));

    assertThat(failed.code()).isEqualTo("DeadlineExceeded");
    assertThat(failed).hasMessageContaining("no answer within 50ms; give the call more time");
  }

  @Test
  void call_interrupted_isCanceledAtOnce() throws Exception {
    Files.deleteIfExists(home.marker());
    var failed = new CompletableFuture<Manager.CallFailed>();
    var caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  var thrown = failure(() -> manager.hooks().fetchSchema(request("hang")));
                  assertThat(Thread.currentThread().isInterrupted()).isTrue();
                  failed.complete(thrown);
                });
    TestHome.await("the call is in the plugin", () -> Files.exists(home.marker()));
    caller.interrupt();

    assertThat(failed.get().code()).isEqualTo("Canceled");
  }

  @Test
  void failure_hasThePluginsCodeAndWords() {
    var failed = failure(() -> fetch("fail NOT_FOUND no schema pets"));

    assertThat(failed.code()).isEqualTo("NotFound");
    assertThat(failed).hasMessageContaining(": NotFound: no schema pets; ");
  }

  @Test
  void failure_withASecretInIt_isMasked() {
    var failed = failure(() -> fetch("fail PERMISSION_DENIED bad " + SECRET));

    assertThat(failed.getMessage()).contains("PermissionDenied: bad ").doesNotContain(SECRET);
  }

  @Test
  void methodThatIsNotThere_isAnsweredWithNothing() {
    assertThat(
            manager
                .hooks()
                .registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance())
                .getAcknowledged())
        .isTrue();
    assertThat(
            manager
                .hooks()
                .onValidationFailed(ValidationFailedRequest.getDefaultInstance())
                .getAcknowledged())
        .isTrue();
  }

  @Test
  void clients_takeTheSameRoad() {
    var events = manager.events("test").orElseThrow();

    assertThat(
            events
                .onBreakingChangeDetected(BreakingChangeDetectedRequest.getDefaultInstance())
                .getAcknowledged())
        .isTrue();
    var failed =
        failure(() -> events.onValidationFailed(ValidationFailedRequest.getDefaultInstance()));
    assertThat(failed.code()).isEqualTo("Unimplemented");
  }

  @Test
  void answer_overTheLimit_namesBothSizesAndTheKey() {
    var failed = failure(() -> fetch("big 100000"));

    assertThat(failed.code()).isEqualTo("ResourceExhausted");
    assertThat(failed)
        .hasMessageContaining(
            ": the plugin's answer has 100004 bytes, and this host takes at most 65536; raise"
                + " max_message of the plugin in pluginmgr.yaml");
  }

  @Test
  void request_overTheLimit_isNotSentAndNamesBothSizesAndTheKey() {
    var failed =
        failure(
            () ->
                manager
                    .hooks()
                    .fetchSchema(
                        FetchSchemaRequest.newBuilder()
                            .setRequestId("r")
                            .setSchemaIdBytes(ByteString.copyFromUtf8("x".repeat(70_000)))
                            .build()));

    assertThat(failed)
        .hasMessage(
            "plugin test, registry.v1/FetchSchema, request r: the request has 70007 bytes, and"
                + " max_message allows 65536; raise max_message of the plugin in pluginmgr.yaml");
    assertThat(audit.records())
        .filteredOn(entry -> entry.requestId().equals("r"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.durationMs()).isZero());
  }

  @Test
  void log_reachesThePluginsLoggerWithItsLevelAndWithoutSecrets() throws Exception {
    try (var log = new LogCapture("dev.cvt.pluginmgr.plugin.test")) {
      fetch("log warning mind the gap " + SECRET);
      TestHome.await(
          "the log line",
          () -> log.lines().stream().anyMatch(line -> line.contains("mind the gap")));

      assertThat(log.lines())
          .filteredOn(line -> line.contains("mind the gap"))
          .singleElement()
          .asString()
          .startsWith("WARNING dev.cvt.pluginmgr.plugin.test: test.registry: mind the gap ")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void manyCallers_atOnce_allGetTheirOwnAnswer() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 640)
              .mapToObj(
                  i ->
                      callers.submit(
                          () ->
                              manager
                                  .hooks()
                                  .fetchSchema(
                                      request("echo").toBuilder().setRequestId("id-" + i).build())
                                  .orElseThrow()
                                  .getSpec()
                                  .toStringUtf8()))
              .toList();
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("id-" + i);
      }
    }
  }

  @Test
  void startingTwice_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(manager::start)
        .withMessage("the manager has been started already; to change what runs, reload it");
  }

  @Test
  void removal_ofAPluginThatRuns_isRefused() {
    var refused = catchThrowableOfType(Refused.class, () -> home.state().remove("test"));

    assertThat(refused.reason()).isEqualTo(Refused.Reason.RUNNING);
    assertThat(home.state().read().plugins()).containsKey("test");
  }

  /** What this side says of sizes has a remedy of its own, and a plugin can say the same. */
  @Test
  void secretInWhatLooksLikeARemedy_isMasked() {
    var failed =
        failure(() -> fetch("fail RESOURCE_EXHAUSTED the request has 9 bytes; use " + SECRET));

    assertThat(failed.remedy()).isEqualTo("use ****");
    assertThat(failed.getMessage()).endsWith("the request has 9 bytes; use ****");
  }
}
