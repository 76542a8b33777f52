package dev.cvt.plugin.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.sdk.testing.TestedPlugin;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class PluginTest {

  private static final FetchSchemaRequest PETS =
      FetchSchemaRequest.newBuilder().setSchemaId("pets").build();

  private static Plugin named() {
    return Plugin.named("mine", "1.2.0");
  }

  /** A registry that throws what the test wants. */
  private static RegistryProvider throwing(Exception failure) {
    return new RegistryProvider() {
      @Override
      public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) throws Exception {
        throw failure;
      }
    };
  }

  @Test
  void a_plugin_without_services_says_who_it_is() {
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named())) {
      assertThat(plugin.info().getName()).isEqualTo("mine");
      assertThat(plugin.info().getVersion()).isEqualTo("1.2.0");
      assertThat(plugin.info().getProtocolVersion()).isEqualTo(1);
      assertThat(plugin.info().getServicesList()).isEmpty();
      assertThat(plugin.healthy()).isTrue();
      assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.code()).isEqualTo(Refusal.Code.UNIMPLEMENTED));
    }
  }

  @Test
  void services_are_declared_in_one_order_however_they_were_given() {
    Plugin both = named().events(new EventHandler() {}).registry(new RegistryProvider() {});
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(both)) {
      assertThat(plugin.info().getServicesList()).containsExactly("registry.v1", "events.v1");
    }
  }

  @Test
  void methods_that_are_not_overridden_leave_the_matter_to_others() {
    Plugin both = named().events(new EventHandler() {}).registry(new RegistryProvider() {});
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(both)) {
      assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.code()).isEqualTo(Refusal.Code.UNIMPLEMENTED);
                assertThat(refusal).hasMessage("this plugin does not fetch schemas");
              });
      assertThatThrownBy(
              () ->
                  plugin
                      .registry()
                      .registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance()))
          .hasMessage("this plugin does not register consumers");
      assertThatThrownBy(
              () ->
                  plugin
                      .events()
                      .onBreakingChangeDetected(BreakingChangeDetectedRequest.getDefaultInstance()))
          .hasMessage("this plugin does not handle breaking changes");
      assertThatThrownBy(
              () ->
                  plugin.events().onValidationFailed(ValidationFailedRequest.getDefaultInstance()))
          .hasMessage("this plugin does not handle failed validations");
    }
  }

  @Test
  void requests_and_answers_go_through_whole() throws Exception {
    RegistryProvider registry =
        new RegistryProvider() {
          @Override
          public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
            return FetchSchemaResponse.newBuilder()
                .setSpec(ByteString.copyFromUtf8("spec of " + request.getSchemaId()))
                .setResolvedVersion("7")
                .build();
          }
        };
    EventHandler events =
        new EventHandler() {
          @Override
          public EventResponse onValidationFailed(ValidationFailedRequest request) {
            return EventResponse.newBuilder()
                .setAcknowledged(request.getMethod().equals("GET"))
                .build();
          }
        };
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named().registry(registry).events(events))) {
      FetchSchemaResponse answer = plugin.registry().fetchSchema(PETS);
      assertThat(answer.getSpec().toStringUtf8()).isEqualTo("spec of pets");
      assertThat(answer.getResolvedVersion()).isEqualTo("7");
      assertThat(
              plugin
                  .events()
                  .onValidationFailed(ValidationFailedRequest.newBuilder().setMethod("GET").build())
                  .getAcknowledged())
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_refusal_reaches_the_caller_with_its_code_and_message_and_is_not_logged(Refusal.Code code) {
    assertThat(Status.Code.valueOf(code.name())).isNotEqualTo(Status.Code.OK);
    try (TestedPlugin plugin =
        TestedPlugin.inThisJvm(
            named().registry(throwing(new Refusal(code, "because: of \u00e4"))))) {
      assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.code()).isEqualTo(code);
                assertThat(refusal).hasMessage("because: of \u00e4");
              });
      assertThat(plugin.logs()).noneMatch(line -> line.level() == System.Logger.Level.ERROR);
    }
  }

  @Test
  void every_code_of_grpc_but_ok_can_be_chosen() {
    assertThat(Refusal.Code.values()).hasSize(Status.Code.values().length - 1);
  }

  @ParameterizedTest
  @CsvSource({"true, no disk", "false, no net"})
  void anything_else_thrown_is_internal_logged_and_survived(boolean checked, String message)
      throws Exception {
    Exception failure = checked ? new IOException(message) : new IllegalStateException(message);
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named().registry(throwing(failure)))) {
      assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> {
                assertThat(refusal.code()).isEqualTo(Refusal.Code.INTERNAL);
                assertThat(refusal).hasMessage(message);
              });
      assertThat(plugin.awaitLog(line -> line.level() == System.Logger.Level.ERROR).fields())
          .containsEntry("method", "cvt.plugin.registry.v1.RegistryProvider/FetchSchema");
      assertThat(plugin.healthy()).isTrue();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // what authors do by mistake
  void no_answer_at_all_is_a_failure_with_a_text() {
    RegistryProvider forgetful =
        new RegistryProvider() {
          @Override
          public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
            return null;
          }
        };
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named().registry(forgetful))) {
      assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
          .hasMessage("the handler returned null, not an answer");
    }
  }

  @Test
  void config_is_delivered_in_the_order_of_its_keys_and_a_refusal_stops_it() {
    StringBuilder seen = new StringBuilder();
    Plugin choosy =
        named()
            .config(
                (key, value) -> {
                  seen.append(key).append('=').append(value).append(' ');
                  if (key.equals("m")) {
                    throw Refusal.invalid("unknown key \"m\"");
                  }
                });
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(choosy)) {
      assertThatThrownBy(() -> plugin.configure(Map.of("z", "26", "a", "1", "m", "13")))
          .isInstanceOf(Refusal.class)
          .hasMessage("unknown key \"m\"");
      assertThat(seen).hasToString("a=1 m=13 ");
      assertThat(plugin.accepted()).containsExactly(Map.entry("a", "1"));
    }
  }

  @Test
  void a_plugin_without_a_receiver_takes_any_config() {
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named())) {
      assertThat(plugin.configure("anything", "at all").accepted())
          .containsExactly(Map.entry("anything", "at all"));
    }
  }

  @Test
  void health_is_asked_each_time_and_a_check_that_fails_means_no() {
    AtomicBoolean well = new AtomicBoolean(true);
    AtomicBoolean broken = new AtomicBoolean();
    AtomicBoolean incomplete = new AtomicBoolean();
    Plugin patient =
        named()
            .health(
                () -> {
                  if (broken.get()) {
                    throw new IllegalStateException("no idea");
                  }
                  if (incomplete.get()) {
                    throw new NoClassDefFoundError("its/Driver");
                  }
                  return well.get();
                });
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(patient)) {
      assertThat(plugin.healthy()).isTrue();
      well.set(false);
      assertThat(plugin.healthy()).isFalse();
      well.set(true);
      assertThat(plugin.healthy()).isTrue();
      broken.set(true);
      assertThat(plugin.healthy()).isFalse();
      broken.set(false);
      incomplete.set(true);
      assertThat(plugin.healthy()).isFalse();
    }
  }

  @Test
  void a_refusal_with_much_to_say_keeps_its_code() {
    RegistryProvider talkative =
        new RegistryProvider() {
          @Override
          public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
            throw Refusal.notFound("ä".repeat(20_000));
          }
        };
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named().registry(talkative))) {
      assertThatThrownBy(
              () -> plugin.registry().fetchSchema(FetchSchemaRequest.getDefaultInstance()))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.code()).isEqualTo(Refusal.Code.NOT_FOUND))
          .hasMessageStartingWith("ää");
    }
  }

  @Test
  void a_handler_that_blocks_is_interrupted_when_the_host_gives_up() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    RegistryProvider slow =
        new RegistryProvider() {
          @Override
          public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) throws Exception {
            entered.countDown();
            try {
              new CountDownLatch(1).await();
              throw new IllegalStateException("nobody counts");
            } catch (InterruptedException e) {
              interrupted.countDown();
              throw e;
            }
          }
        };
    try (TestedPlugin plugin = TestedPlugin.inThisJvm(named().registry(slow))) {
      plugin.info();
      for (int millis = 100; entered.getCount() > 0; millis *= 2) { // until it comes so far in time
        plugin.deadline(Duration.ofMillis(millis));
        assertThatThrownBy(() -> plugin.registry().fetchSchema(PETS))
            .isInstanceOfSatisfying(
                Refusal.class,
                refusal -> assertThat(refusal.code()).isEqualTo(Refusal.Code.DEADLINE_EXCEEDED));
      }
      assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"'', 1.0", "mine, ' '"})
  void a_plugin_must_say_who_it_is(String name, String version) {
    assertThatThrownBy(() -> Plugin.named(name, version))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a plugin needs a name and a version, not \"%s\" and \"%s\"", name, version);
  }
}
