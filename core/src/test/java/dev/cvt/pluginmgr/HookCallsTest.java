package dev.cvt.pluginmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The road to a plugin, with clients of the test's own at its end. */
@Timeout(30)
class HookCallsTest {
  private static final Path HOME = Path.of("/home/u");
  private static final String SHA = "ab".repeat(32);
  private static final Manager.Handle HANDLE =
      new Manager.Handle("registry", "echo/1.2.3", SHA, 42, List.of());

  private final RecordingAuditSink audit = AuditSink.recording();
  private final MetricsTable metrics = new MetricsTable();

  private static Config config(Consumer<Config.PluginBuilder> settings) {
    var builder =
        Config.builder()
            .home(HOME)
            .plugin(
                "registry",
                p -> {
                  p.binary(HOME.resolve(".cvt/plugins/registry"));
                  settings.accept(p);
                });
    for (Config.Hook hook : Config.Hook.values()) {
      builder.hook(hook, "registry");
    }
    return builder.build();
  }

  private Manager manager(Consumer<Config.PluginBuilder> settings) {
    return Manager.forTest(config(settings), audit, metrics);
  }

  private Manager answering(
      Consumer<Config.PluginBuilder> settings,
      Function<FetchSchemaRequest, FetchSchemaResponse> fetch) {
    Manager manager = manager(settings);
    manager.inject("registry", registry(fetch), null, HANDLE);
    return manager;
  }

  private static Manager.Registry registry(
      Function<FetchSchemaRequest, FetchSchemaResponse> fetch) {
    return new Manager.Registry() {
      @Override
      public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
        return fetch.apply(request);
      }

      @Override
      public RegisterConsumerUsageResponse registerConsumerUsage(
          RegisterConsumerUsageRequest request) {
        return RegisterConsumerUsageResponse.newBuilder().setAcknowledged(false).build();
      }
    };
  }

  private static Manager.Events events(boolean acknowledged) {
    var answer = EventResponse.newBuilder().setAcknowledged(acknowledged).build();
    return new Manager.Events() {
      @Override
      public EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request) {
        return answer;
      }

      @Override
      public EventResponse onValidationFailed(ValidationFailedRequest request) {
        return answer;
      }
    };
  }

  private static FetchSchemaResponse echo(FetchSchemaRequest request) {
    return FetchSchemaResponse.newBuilder()
        .setSpec(ByteString.copyFromUtf8(request.getSchemaId()))
        .build();
  }

  private static FetchSchemaResponse fail(Status status) {
    throw status.asRuntimeException();
  }

  private static FetchSchemaResponse never() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("nobody waits for this any more");
  }

  private static FetchSchemaRequest request(String id) {
    return FetchSchemaRequest.newBuilder().setSchemaId("pets").setRequestId(id).build();
  }

  private AuditRecord only() {
    assertThat(audit.records()).hasSize(1);
    return audit.records().getFirst();
  }

  private static Manager.CallFailed failure(Runnable call) {
    return catchThrowableOfType(Manager.CallFailed.class, call::run);
  }

  @Test
  void answer_reachesTheCallerOnceAuditedAndMeasured() {
    try (var manager = answering(p -> {}, HookCallsTest::echo)) {
      var before = Instant.now();

      var answer = manager.hooks().fetchSchema(request("r1"));

      assertThat(answer.orElseThrow().getSpec().toStringUtf8()).isEqualTo("pets");
      var entry = only();
      assertThat(entry.timestamp()).isBetween(before, Instant.now());
      assertThat(entry)
          .isEqualTo(
              new AuditRecord(
                  AuditRecord.Kind.READ,
                  "registry",
                  "echo/1.2.3",
                  SHA,
                  42,
                  "r1",
                  "registry.v1",
                  "FetchSchema",
                  entry.durationMs(),
                  AuditRecord.Outcome.OK,
                  "",
                  entry.timestamp()));
      assertThat(metrics.read("cvt_plugin_call_duration_seconds", "cvt_plugin_call_errors_total"))
          .containsOnly(
              Map.entry(
                  "cvt_plugin_call_duration_seconds"
                      + "{plugin=registry,service=registry.v1,method=FetchSchema}",
                  1.0));
    }
  }

  @Test
  void hooks_areAuditedUnderTheirServiceMethodAndKind() {
    try (var manager = manager(p -> {})) {
      manager.inject("registry", registry(HookCallsTest::echo), events(true), HANDLE);
      manager.hooks().fetchSchema(request(""));
      manager.hooks().registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance());
      manager.hooks().onBreakingChangeDetected(BreakingChangeDetectedRequest.getDefaultInstance());
      manager.hooks().onValidationFailed(ValidationFailedRequest.getDefaultInstance());
    }

    assertThat(audit.records())
        .extracting(r -> r.kind().text() + " " + r.service() + " " + r.method())
        .containsExactly(
            "read registry.v1 FetchSchema",
            "write registry.v1 RegisterConsumerUsage",
            "write events.v1 OnBreakingChangeDetected",
            "write events.v1 OnValidationFailed");
  }

  @Test
  void pluginThatIsNotConfigured_isToldApartWithARemedy() {
    try (var none = Manager.forTest(Config.builder().home(HOME).build(), audit, metrics);
        var one = manager(p -> {})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> none.reset("other"))
          .withMessage("no plugin other is configured; declare it under plugins: in config.yaml");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.reset("other"))
          .withMessage("no plugin other is configured; use one of registry");
    }
  }

  @Test
  void notAcknowledged_isAnAnswerLikeAnyOther() {
    try (var manager = manager(p -> {})) {
      manager.inject("registry", null, events(false), HANDLE);

      assertThat(
              manager
                  .hooks()
                  .onValidationFailed(ValidationFailedRequest.getDefaultInstance())
                  .getAcknowledged())
          .isFalse();
      assertThat(only().outcome()).isEqualTo(AuditRecord.Outcome.OK);
    }
  }

  @Test
  void requestWithoutId_getsOneThatIsTheSameEverywhere() {
    var seen = new AtomicReference<String>();
    try (var manager =
        answering(
            p -> {},
            request -> {
              seen.set(request.getRequestId());
              return fail(Status.NOT_FOUND);
            })) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("")));

      assertThat(seen.get()).isNotEmpty();
      assertThat(failed.requestId()).isEqualTo(seen.get());
      assertThat(failed.getMessage()).contains(seen.get());
      assertThat(only().requestId()).isEqualTo(seen.get());
    }
  }

  @Test
  void requestsWithoutId_getDifferentOnes() {
    try (var manager = answering(p -> {}, HookCallsTest::echo)) {
      manager.hooks().fetchSchema(request(""));
      manager.hooks().fetchSchema(request(""));
    }

    assertThat(audit.records().get(0).requestId()).isNotEqualTo(audit.records().get(1).requestId());
  }

  @Test
  void hookWithoutPlugin_givesTheAnswerThatDoesNothingAndNoRecord() {
    var config = Config.builder().home(HOME).build();
    try (var manager = Manager.forTest(config, audit, metrics)) {
      assertThat(manager.hooks().fetchSchema(request("r"))).isEmpty();
      assertThat(
              manager
                  .hooks()
                  .registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance())
                  .getAcknowledged())
          .isTrue();
      assertEventsAreAcknowledged(manager.hooks());
    }

    assertThat(audit.records()).isEmpty();
    assertThat(metrics.read()).isEmpty();
  }

  @Test
  void failure_failClosed_reachesTheCallerWithItsRemedy() {
    try (var manager =
        answering(p -> {}, r -> fail(Status.NOT_FOUND.withDescription("no schema pets")))) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: NotFound: no schema pets;"
                  + " this is the plugin's own answer; see its log");
      assertThat(failed.plugin()).isEqualTo("registry");
      assertThat(failed.service()).isEqualTo("registry.v1");
      assertThat(failed.method()).isEqualTo("FetchSchema");
      assertThat(failed.code()).isEqualTo("NotFound");
      assertThat(failed.remedy()).isEqualTo("this is the plugin's own answer; see its log");
      assertThat(failed.auditLost()).isFalse();
      assertThat(only().outcome()).isEqualTo(AuditRecord.Outcome.ERROR);
      assertThat(only().errorCode()).isEqualTo("NotFound");
      assertThat(metrics.read("cvt_plugin_call_errors_total"))
          .containsEntry(
              "cvt_plugin_call_errors_total"
                  + "{plugin=registry,service=registry.v1,method=FetchSchema,code=NotFound}",
              1.0);
      assertThat(metrics.read("cvt_plugin_call_duration_seconds")).hasSize(1);
    }
  }

  @Test
  void failure_failOpen_isAnsweredWithNothingAndAuditedAllTheSame() {
    try (var manager =
        answering(p -> p.onError(Config.OnError.FAIL_OPEN), r -> fail(Status.INTERNAL))) {
      assertThat(manager.hooks().fetchSchema(request("r1"))).isEmpty();
      assertThat(only().errorCode()).isEqualTo("Internal");
    }
  }

  @Test
  void failure_failOpen_reachesTheCallerOfAClient() {
    try (var manager =
        answering(p -> p.onError(Config.OnError.FAIL_OPEN), r -> fail(Status.INTERNAL))) {
      var client = manager.registry("registry").orElseThrow();

      assertThat(failure(() -> client.fetchSchema(request("r1"))).code()).isEqualTo("Internal");
      assertThat(only().errorCode()).isEqualTo("Internal");
    }
  }

  @ParameterizedTest
  @EnumSource(Config.OnError.class)
  void unimplemented_isThePluginsChoiceWhateverOnErrorSays(Config.OnError onError) {
    try (var manager = answering(p -> p.onError(onError), r -> fail(Status.UNIMPLEMENTED))) {
      assertThat(manager.hooks().fetchSchema(request("r1"))).isEmpty();
      assertThat(only().outcome()).isEqualTo(AuditRecord.Outcome.ERROR);
      assertThat(only().errorCode()).isEqualTo("Unimplemented");
      assertThat(metrics.read("cvt_plugin_call_errors_total")).hasSize(1);
      assertThat(metrics.read("cvt_plugin_call_duration_seconds")).hasSize(1);
    }
  }

  @Test
  void unimplemented_throughAClient_isAFailure() {
    try (var manager = answering(p -> {}, r -> fail(Status.UNIMPLEMENTED))) {
      var client = manager.registry("registry").orElseThrow();

      assertThat(failure(() -> client.fetchSchema(request("r1"))))
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: Unimplemented; it declares"
                  + " registry.v1 but leaves this method out; ask its author");
    }
  }

  @Test
  void timeout_isAnOutcomeOfItsOwn() {
    try (var manager = answering(p -> p.timeout(Duration.ofMillis(200)), r -> never())) {
      long begin = System.nanoTime();
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));
      long waited = Duration.ofNanos(System.nanoTime() - begin).toMillis();

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: no answer within 200ms; raise"
                  + " plugins.registry.timeout in config.yaml if it needs longer");
      assertThat(failed.code()).isEqualTo("DeadlineExceeded");
      assertThat(only().outcome()).isEqualTo(AuditRecord.Outcome.TIMEOUT);
      assertThat(only().errorCode()).isEqualTo("DeadlineExceeded");
      assertThat(waited).isGreaterThanOrEqualTo(200);
      // What comes before the call counts to its deadline, and not to its duration.
      assertThat(only().durationMs()).isBetween(100L, waited + 1);
    }
  }

  @Test
  void within_shortensThePluginsTimeout() {
    try (var manager = answering(p -> p.timeout(Duration.ofMinutes(1)), r -> never())) {
      var hooks = manager.hooks().within(Duration.ofMinutes(2)).within(Duration.ofMillis(15));

      assertThat(failure(() -> hooks.fetchSchema(request("r1"))))
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: no answer within 15ms; give"
                  + " the call more time");
    }
  }

  @Test
  void within_neverLengthensThePluginsTimeout() {
    try (var manager = answering(p -> p.timeout(Duration.ofMillis(15)), r -> never())) {
      var hooks = manager.hooks().within(Duration.ofSeconds(Long.MAX_VALUE));

      assertThat(failure(() -> hooks.fetchSchema(request("r1")))).hasMessageContaining("15ms");
    }
  }

  @Test
  void within_nothing_isRefused() {
    try (var manager = manager(p -> {})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> manager.hooks().within(Duration.ZERO))
          .withMessage("a call needs some time, not PT0S; give more than zero");
    }
  }

  @Test
  void failureOfAClientThatIsNotGrpcs_isUnknown() {
    try (var manager =
        answering(
            p -> {},
            r -> {
              throw new IllegalStateException("out of paper");
            })) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed.code()).isEqualTo("Unknown");
      assertThat(failed).hasMessageContaining("Unknown: out of paper");
      assertThat(failed).hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void failureOfAClientWithACode_keepsIt() {
    try (var manager =
        answering(
            p -> {},
            r -> {
              throw new Manager.CallFailed("PermissionDenied", "not for you");
            })) {
      assertThat(failure(() -> manager.hooks().fetchSchema(request("r1"))))
          .hasMessageContaining("PermissionDenied: not for you");
    }
  }

  @Test
  void interruptedCaller_isCanceledAndStaysInterrupted() {
    var caller = Thread.currentThread();
    try (var manager =
        answering(
            p -> {},
            r -> {
              caller.interrupt();
              return never();
            })) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(Thread.interrupted()).isTrue();
      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: the caller was interrupted;"
                  + " call again if the answer is still wanted");
      assertThat(only().errorCode()).isEqualTo("Canceled");
    }
  }

  @Test
  void audit_ofAnInterruptedCaller_isWrittenByAThreadThatIsNot() {
    var flag = new AtomicReference<Boolean>();
    var caller = Thread.currentThread();
    AuditSink sink = entry -> flag.set(Thread.currentThread().isInterrupted());
    try (var manager = Manager.forTest(config(p -> {}), sink, metrics)) {
      manager.inject(
          "registry",
          registry(
              r -> {
                caller.interrupt();
                return echo(r);
              }),
          null,
          HANDLE);
      try {
        manager.hooks().fetchSchema(request("r1"));
      } catch (Manager.CallFailed e) {
        // Whether the answer or the interrupt was first is chance.
        assertThat(e.code()).isEqualTo("Canceled");
      }
      assertThat(Thread.interrupted()).isTrue();
      assertThat(flag.get()).isFalse();
    }
  }

  @Test
  void pluginThatDoesNotRun_isUnavailableAuditedAndNotTimed() {
    try (var manager = manager(p -> {})) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: it does not run; start the"
                  + " manager before the first call");
      assertThat(failed.code()).isEqualTo("Unavailable");
      var entry = only();
      assertThat(entry.outcome()).isEqualTo(AuditRecord.Outcome.ERROR);
      assertThat(entry.errorCode()).isEqualTo("Unavailable");
      assertThat(entry.durationMs()).isZero();
      assertThat(entry.pid()).isZero();
      assertThat(metrics.read("cvt_plugin_call_errors_total").values()).containsExactly(1.0);
      assertThat(metrics.read("cvt_plugin_call_duration_seconds").values())
          .allMatch(count -> count == 0.0);
    }
  }

  @Test
  void pluginThatDoesNotRun_failOpen_isAnsweredWithNothingForEveryHook() {
    try (var manager = manager(p -> p.onError(Config.OnError.FAIL_OPEN))) {
      assertThat(manager.hooks().fetchSchema(request("r"))).isEmpty();
      assertThat(
              manager
                  .hooks()
                  .registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance())
                  .getAcknowledged())
          .isTrue();
      assertEventsAreAcknowledged(manager.hooks());
    }
    assertThat(audit.records()).extracting(AuditRecord::errorCode).containsOnly("Unavailable");
    assertThat(audit.records()).hasSize(4);
  }

  @Test
  void pluginWithoutTheService_isUnavailableAndSaysWhatItDeclares() {
    try (var manager = manager(p -> {})) {
      manager.inject("registry", null, events(true), HANDLE);

      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: it does not offer registry.v1;"
                  + " bind fetch_schema to a plugin that does; this one declares events.v1");
      assertThat(only().errorCode()).isEqualTo("Unavailable");
      assertThat(only().pid()).isEqualTo(42);
      assertThat(only().durationMs()).isZero();
    }
  }

  @Test
  void pluginWithoutAnyService_saysSo() {
    try (var manager = manager(p -> {})) {
      manager.inject("registry", null, null, HANDLE);

      assertThat(failure(() -> manager.hooks().fetchSchema(request("r1"))))
          .hasMessageContaining("this one declares no service");
      assertThat(manager.registry("registry")).isEmpty();
      assertThat(manager.events("registry")).isEmpty();
    }
  }

  @Test
  void lostAudit_failsTheCallAndSaysThatThePluginHasActed() {
    AuditSink full =
        entry -> {
          throw new IllegalStateException("disk full");
        };
    try (var manager = Manager.forTest(config(p -> {}), full, metrics)) {
      manager.inject("registry", registry(HookCallsTest::echo), null, HANDLE);

      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r1: the plugin has acted, but the"
                  + " audit of it was lost: the audit record of registry registry.v1/FetchSchema,"
                  + " request r1, was not taken by audit (disk full); mend what keeps the sink from"
                  + " writing, or set audit.on_error: fail_open in pluginmgr.yaml to carry on"
                  + " without the record");
      assertThat(failed.auditLost()).isTrue();
      assertThat(failed.code()).isEqualTo("Unknown");
      assertThat(metrics.read("cvt_plugin_audit_lost_total"))
          .containsEntry("cvt_plugin_audit_lost_total{plugin=registry,sink=audit}", 1.0);
    }
  }

  @Test
  void lostAudit_isNoFailureThatThePluginsOnErrorForgives() {
    AuditSink full =
        entry -> {
          throw new IllegalStateException("disk full");
        };
    var config = config(p -> p.onError(Config.OnError.FAIL_OPEN));
    try (var manager = Manager.forTest(config, full, metrics)) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(failed.auditLost()).isTrue();
      assertThat(failed.code()).isEqualTo("Unavailable");
      assertThat(failed)
          .hasMessageContaining(
              "the call failed with Unavailable before it reached the plugin, and the audit of it"
                  + " was lost");
    }
  }

  @Test
  void lostAudit_failOpen_lets_theCallGoOn() {
    AuditSink full =
        entry -> {
          throw new IllegalStateException("disk full");
        };
    var config = config(p -> {}).toBuilder().auditOnError(Config.OnError.FAIL_OPEN).build();
    try (var manager = Manager.forTest(config, full, metrics)) {
      manager.inject("registry", registry(HookCallsTest::echo), null, HANDLE);

      assertThat(manager.hooks().fetchSchema(request("r1"))).isPresent();
      assertThat(metrics.read("cvt_plugin_audit_lost_total").values()).containsExactly(1.0);
    }
  }

  @Test
  void breaker_open_turnsCallsAwayUnseenByThePlugin() {
    var calls = new AtomicInteger();
    try (var manager =
        answering(
            p -> p.breaker(new Config.Breaker(2, Duration.ofMinutes(1), 1)),
            r -> {
              calls.incrementAndGet();
              return fail(Status.UNAVAILABLE);
            })) {
      failure(() -> manager.hooks().fetchSchema(request("r1")));
      failure(() -> manager.hooks().fetchSchema(request("r2")));
      var failed = failure(() -> manager.hooks().fetchSchema(request("r3")));

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r3: its calls have failed 2 times"
                  + " in a row, and it is left alone for 1m0s; wait, and see its log for the"
                  + " reason");
      assertThat(failed.code()).isEqualTo("Unavailable");
      assertThat(calls).hasValue(2);
      assertThat(audit.records()).hasSize(3);
      assertThat(audit.records().getLast().durationMs()).isZero();
      assertThat(metrics.read("cvt_plugin_breaker_open", "cvt_plugin_calls_refused_total"))
          .containsEntry("cvt_plugin_breaker_open{plugin=registry}", 1.0)
          .containsEntry(
              "cvt_plugin_calls_refused_total{plugin=registry,reason=breaker_open}", 1.0);
    }
  }

  @Test
  void limit_reachedWithTheQueueFull_turnsCallsAway() throws InterruptedException {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var manager =
        answering(
            p -> p.limits(new Config.Limits(1, 0)),
            r -> {
              inside.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return echo(r);
            })) {
      var first = Thread.startVirtualThread(() -> manager.hooks().fetchSchema(request("r1")));
      inside.await();
      var failed = failure(() -> manager.hooks().fetchSchema(request("r2")));
      go.countDown();
      first.join();

      assertThat(failed)
          .hasMessage(
              "plugin registry, registry.v1/FetchSchema, request r2: it has 1 calls at once, as"
                  + " many as allowed, and 0 more wait for their turn; raise limits of plugin"
                  + " registry in pluginmgr.yaml, or call less often");
      assertThat(failed.code()).isEqualTo("ResourceExhausted");
      assertThat(audit.records())
          .extracting(AuditRecord::errorCode)
          .containsExactly("ResourceExhausted", "");
      assertThat(manager.hooks().fetchSchema(request("r3"))).isPresent();
    }
  }

  @Test
  void queue_longerThanTheCallsTime_isATimeoutThatNeverReachedThePlugin()
      throws InterruptedException {
    var inside = new CountDownLatch(1);
    try (var manager =
        answering(
            p -> p.limits(new Config.Limits(1, 1)),
            r -> {
              inside.countDown();
              return never();
            })) {
      var first =
          Thread.startVirtualThread(
              () -> failure(() -> manager.hooks().fetchSchema(request("r1"))));
      inside.await();
      var hooks = manager.hooks().within(Duration.ofMillis(10));
      var failed = failure(() -> hooks.fetchSchema(request("r2")));
      first.interrupt();
      first.join();

      assertThat(failed.code()).isEqualTo("DeadlineExceeded");
      assertThat(failed).hasMessageContaining("its turn did not come within the time for the call");
      assertThat(audit.records().getFirst().outcome()).isEqualTo(AuditRecord.Outcome.TIMEOUT);
      assertThat(audit.records().getFirst().durationMs()).isZero();
    }
  }

  static List<RuntimeException> tellingASecret() {
    return List.of(
        Status.PERMISSION_DENIED.withDescription("bad hushhush-horse-battery").asRuntimeException(),
        Status.UNAVAILABLE
            .withCause(new IOException("bad hushhush-horse-battery"))
            .asRuntimeException(),
        new IllegalStateException(new IOException("bad hushhush-horse-battery")));
  }

  @ParameterizedTest
  @MethodSource("tellingASecret")
  void secretInWhatAPluginSays_isMaskedInTheErrorAndItsCauses(RuntimeException thrown) {
    // Secrets are learned when plugins start; a manager for tests learns them when it is made.
    try (var manager =
        answering(
            p -> p.secret("token", "hushhush-horse-battery"),
            r -> {
              throw thrown;
            })) {
      var failed = failure(() -> manager.hooks().fetchSchema(request("r1")));

      assertThat(Throwables.getStackTrace(failed))
          .contains("bad ****")
          .doesNotContain("hushhush-horse-battery");
    }
  }

  @Test
  void secretInARequestsId_isMaskedInTheRecord() {
    try (var manager =
        answering(p -> p.secret("token", "hushhush-horse-battery"), HookCallsTest::echo)) {
      manager.hooks().fetchSchema(request("id-hushhush-horse-battery"));

      assertThat(only().requestId()).doesNotContain("hushhush-horse-battery");
    }
  }

  @Test
  void injectingAgain_replaces() {
    try (var manager = answering(p -> {}, r -> fail(Status.INTERNAL))) {
      manager.inject("registry", registry(HookCallsTest::echo), null, HANDLE);

      assertThat(manager.hooks().fetchSchema(request("r1"))).isPresent();
      assertThat(manager.handle("registry"))
          .contains(new Manager.Handle("registry", "echo/1.2.3", SHA, 42, List.of("registry.v1")));
    }
  }

  @Test
  void injectingAnUnknownPlugin_namesThoseThatAreConfigured() {
    try (var manager = manager(p -> {})) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> manager.inject("regstry", null, null, HANDLE))
          .withMessage("no plugin regstry is configured; use one of registry");
    }
  }

  @Test
  void managerForTests_startedAndStopped_isHarmless() throws InterruptedException {
    var manager = answering(p -> {}, HookCallsTest::echo);
    manager.start();
    manager.start();
    assertThat(manager.hooks().fetchSchema(request("r1"))).isPresent();
    manager.close();
    manager.close();

    assertThat(manager.registry("nobody")).isEqualTo(Optional.empty());
  }

  private static void assertEventsAreAcknowledged(Manager.Hooks hooks) {
    assertThat(
            hooks
                .onValidationFailed(ValidationFailedRequest.getDefaultInstance())
                .getAcknowledged())
        .isTrue();
    assertThat(
            hooks
                .onBreakingChangeDetected(BreakingChangeDetectedRequest.getDefaultInstance())
                .getAcknowledged())
        .isTrue();
  }
}
