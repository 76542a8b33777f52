package dev.cvt.goplugin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.FakeServer.Services;
import dev.cvt.goplugin.LogEntry.Kind;
import dev.cvt.goplugin.Stopped.By;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthCheckResponse;
import dev.cvt.goplugin.wire.HealthCheckResponse.ServingStatus;
import dev.cvt.goplugin.wire.HealthGrpc;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plugin that came up: how it is talked to, how it ends, and that it leaves nothing. */
class RunningPluginTest extends HostTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serves",
        "serves-late",
        "serves-after-noise",
        "serves-in-pieces",
        "serves-without-newline",
        "serves-after-garbled",
        "serves-after-megabyte"
      })
  void line_inWhateverShape_isEnough(String name) throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch(name).build())) {
      assertThat(plugin.handshakeLine()).isEqualTo("1|1|unix|" + socket + "|grpc|");
      assertThat(plugin.protocolVersion()).isEqualTo(1);
      assertThat(plugin.socket()).contains(socket);
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
      assertThat(plugin.stop().by()).isEqualTo(By.SHUTDOWN);
    }
  }

  @Test
  void linesBeforeTheLine_areLoggedAsWarnings() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves-after-noise").build())) {
      plugin.stop();
      assertThat(logs)
          .filteredOn(entry -> entry.kind() == Kind.STRAY)
          .extracting(entry -> entry.level() + " " + entry.message())
          .containsExactly("WARNING loading…", "WARNING ", "WARNING a|b|c|d", "DEBUG and after it");
    }
  }

  @Test
  void environment_isExactlyWhatWasGivenAndTheProtocols() throws Exception {
    try (var _ = serve(new Services());
        var plugin =
            host.start(
                launch("serves")
                    .environment(
                        environment(
                            Map.of(
                                "A", "b",
                                "PLUGIN_MULTIPLEX_GRPC", "true",
                                "PLUGIN_CLIENT_CERT", "x",
                                "TMPDIR", "/elsewhere")))
                    .build())) {
      var variables =
          Stream.of(
                  Files.readString(java.nio.file.Path.of("/proc/" + plugin.pid() + "/environ"))
                      .split("\0", -1))
              .filter(entry -> !entry.isEmpty())
              .toList();
      assertThat(variables)
          .extracting(entry -> entry.substring(0, entry.indexOf('=')))
          .containsExactlyInAnyOrder(
              "A",
              "PATH",
              "SOCKET",
              "STOP",
              "TEST_TRACE",
              "TEST_COOKIE",
              "PLUGIN_PROTOCOL_VERSIONS",
              "PLUGIN_MIN_PORT",
              "PLUGIN_MAX_PORT",
              "PLUGIN_UNIX_SOCKET_DIR",
              "TMPDIR",
              "GOPLUGIN_MARK");
      assertThat(variables).contains("TEST_COOKIE=test", "PLUGIN_PROTOCOL_VERSIONS=1");
      assertThat(variables).noneMatch(entry -> entry.equals("TMPDIR=/elsewhere"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVING", "NOT_SERVING", "UNKNOWN"})
  void health_isWhatThePluginSays(Health health) throws Exception {
    try (var _ = serve(new Services().health(ServingStatus.valueOf(health.name())));
        var plugin = host.start(launch("serves").build())) {
      assertThat(plugin.health(SOON)).isEqualTo(health);
    }
  }

  @Test
  void health_withoutTheService_isSaidSo() throws Exception {
    try (var _ = serve(new Services().withoutHealth());
        var plugin = host.start(launch("serves").build())) {
      assertThat(plugin.health(SOON)).isEqualTo(Health.NO_HEALTH_SERVICE);
    }
  }

  /** Says nothing, and keeps count. */
  private static final class MuteHealth extends HealthGrpc.HealthImplBase {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger given = new AtomicInteger();

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answers) {
      ((ServerCallStreamObserver<HealthCheckResponse>) answers)
          .setOnCancelHandler(given::incrementAndGet);
      asked.incrementAndGet();
    }
  }

  @Test
  void health_withoutAnAnswer_isSaidSoInTimeAndGivenUp() throws Exception {
    var mute = new MuteHealth();
    try (var _ = serve(new Services().withoutHealth().add(mute));
        var plugin = host.start(launch("serves").build())) {
      long end = System.nanoTime() + SOON.toNanos();
      do { // by either connection: the one for plain calls is there a little later
        assertThat(plugin.health(Duration.ofMillis(100))).isEqualTo(Health.NO_ANSWER);
      } while (System.nanoTime() < end && mute.asked.get() < 3);
      while (System.nanoTime() < end && mute.given.get() < mute.asked.get()) {
        Thread.onSpinWait();
      }
      assertThat(mute.asked.get()).isPositive();
      assertThat(mute.given.get()).isEqualTo(mute.asked.get());
    }
  }

  @Test
  void mustServe_andSaysThatItDoesNot_failsTheStart() throws Exception {
    try (var _ = serve(new Services().health(ServingStatus.NOT_SERVING))) {
      var failure =
          catchThrowableOfType(
              StartFailure.class,
              () -> host.start(launch("serves").mustServe(true).build()).close());
      assertThat(failure.diagnosis()).isEqualTo(StartFailure.Diagnosis.NOT_SERVING);
      assertThat(failure.phase()).isEqualTo(StartFailure.Phase.HEALTH);
      assertThat(failure.fact()).isEqualTo("its health service says NOT_SERVING");
      assertThat(failure.remedy())
          .isEqualTo(
              "see its log for what it lacks: it can be reached, and says itself that it cannot"
                  + " work");
      assertThat(failure.timings().phases()).containsKey(StartFailure.Phase.HEALTH);
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void mustServe_andServesOrHasNoSuchService_starts() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves").mustServe(true).build())) {
      assertThat(plugin.timings().phases()).containsKey(StartFailure.Phase.HEALTH);
    }
    Files.delete(stop);
    try (var _ = serve(new Services().withoutHealth())) {
      host.start(launch("serves").mustServe(true).build()).close();
    }
  }

  @Test
  void memory_isThatOfAllItsProcesses_andNothingAfterTheEnd() throws Exception {
    try (var _ = serve(new Services());
        var plugin =
            host.start(launch("leaves-children").stopGrace(Duration.ofMillis(500)).build())) {
      var use = plugin.memory().orElseThrow();
      assertThat(use.processes()).isGreaterThanOrEqualTo(4);
      assertThat(use.resident()).isGreaterThan(1 << 20);
      assertThat(use.unshared().orElseThrow()).isPositive().isLessThanOrEqualTo(use.resident());
      plugin.stop();
      assertThat(plugin.memory()).isEmpty();
    }
  }

  @Test
  void health_afterTheEnd_isUnreachable() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves").build())) {
      plugin.stop();
      assertThat(plugin.health(SOON)).isEqualTo(Health.UNREACHABLE);
    }
  }

  @Test
  void output_isCarriedOverLineByLine() throws Exception {
    var services = new Services();
    try (var _ = serve(services);
        var plugin = host.start(launch("serves").build())) {
      var stream = services.output().get(20, SECONDS);
      stream.onNext(FakeServer.printed(StdioData.Channel.STDOUT, "one\ntw"));
      stream.onNext(FakeServer.printed(StdioData.Channel.STDERR, "three\n"));
      stream.onNext(FakeServer.printed(StdioData.Channel.INVALID, "nowhere\n"));
      stream.onNext(FakeServer.printed(StdioData.Channel.STDOUT, "o\n"));
      assertThat(
              List.of(output.poll(20, SECONDS), output.poll(20, SECONDS), output.poll(20, SECONDS)))
          .containsExactly(
              new Output(Output.Stream.STDOUT, "one", 0),
              new Output(Output.Stream.STDERR, "three", 0),
              new Output(Output.Stream.STDOUT, "two", 0));
      assertThat(plugin.stop().by()).isEqualTo(By.SHUTDOWN);
    }
  }

  @Test
  void output_isCarriedOverHoweverSmallAnswersMustBe() throws Exception {
    var services = new Services();
    try (var _ = serve(services);
        var plugin = host.start(launch("serves").maxInbound(10).build())) {
      var text = "x".repeat(20_000);
      services
          .output()
          .get(20, SECONDS)
          .onNext(FakeServer.printed(StdioData.Channel.STDOUT, text + "\n"));
      assertThat(output.poll(20, SECONDS)).isEqualTo(new Output(Output.Stream.STDOUT, text, 0));
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void pluginWithoutOutputService_isFine() throws Exception {
    try (var _ = serve(new Services().withoutStdio());
        var plugin = host.start(launch("serves").build())) {
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void stop_ofOneThatBehaves_takesTheCallOnly() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves").build())) {
      var stopped = plugin.stop();
      assertThat(stopped.by()).isEqualTo(By.SHUTDOWN);
      assertThat(stopped.exit().code()).hasValue(0);
      assertThat(stopped.exit().asked()).isTrue();
      assertThat(stopped.descendants()).isZero();
      assertThat(stopped.survivors()).isEmpty();
      assertThat(plugin.stop()).isEqualTo(stopped);
      assertThat(plugin.exit().toCompletableFuture()).isCompletedWithValue(stopped.exit());
    }
  }

  @Test
  void stop_ofOneWithoutController_isBySigtermAtOnce() throws Exception {
    try (var _ = serve(new Services().withoutController());
        var plugin = host.start(launch("ignores-shutdown").stopGrace(SOON).build())) {
      var stopped = plugin.stop();
      assertThat(stopped.by()).isEqualTo(By.SIGTERM);
      assertThat(stopped.exit().signal()).contains("SIGTERM");
      assertThat(stopped.took()).isLessThan(SOON);
    }
  }

  @Test
  void stop_ofOneThatIgnoresTheCall_isBySigterm() throws Exception {
    try (var _ = serve(new Services());
        var plugin =
            host.start(launch("ignores-shutdown").stopGrace(Duration.ofSeconds(1)).build())) {
      assertThat(plugin.stop().by()).isEqualTo(By.SIGTERM);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ignores-everything", "stops-itself", "floods-and-ignores"})
  void stop_ofOneThatIgnoresAll_isBySigkill(String name) throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch(name).stopGrace(Duration.ofMillis(300)).build())) {
      var stopped = plugin.stop();
      assertThat(stopped.by()).isEqualTo(By.SIGKILL);
      assertThat(stopped.exit().signal()).contains("SIGKILL");
      assertThat(stopped.survivors()).isEmpty();
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void stop_ofOneWithChildren_endsThemAll() throws Exception {
    try (var _ = serve(new Services());
        var plugin =
            host.start(launch("leaves-children").stopGrace(Duration.ofMillis(500)).build())) {
      assertThat(alive().size()).isGreaterThanOrEqualTo(4);
      var stopped = plugin.stop();
      assertThat(stopped.by()).isEqualTo(By.SHUTDOWN);
      assertThat(stopped.descendants()).isGreaterThanOrEqualTo(3);
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void stop_ofOneWithChildren_asksThemBeforeItKillsThem() throws Exception {
    var told = folder.resolve("told");
    var program =
        Files.writeString(
            folder.resolve("program"),
            """
            #!/bin/sh
            sh -c 'trap "echo TERM >%1$s; exit" TERM; : >%1$s; while :; do sleep 0.02; done' &
            until [ -e %1$s ]; do sleep 0.02; done
            echo "1|1|unix|$SOCKET|grpc|"
            until [ -e "$STOP" ]; do sleep 0.02; done
            """
                .formatted(told));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    try (var _ = serve(new Services());
        var plugin = host.start(launch(program).build())) {
      assertThat(plugin.stop().by()).isEqualTo(By.SHUTDOWN);
      assertThat(told).hasContent("TERM\n");
    }
  }

  @Test
  void crash_isToldAtOnceAndLeavesNothing() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("crashes-with-children").build())) {
      Files.createFile(stop); // makes it crash
      var exit = plugin.exit().toCompletableFuture().get(20, SECONDS);
      assertThat(exit.signal()).contains("SIGSEGV");
      assertThat(exit.asked()).isFalse();
      assertThat(exit.stderr()).isEqualTo("panic: it broke\ngoroutine 1 [running]:\n");
      assertThat(exit.description()).isEqualTo("was killed by SIGSEGV");
      assertThat(plugin.stop().by()).isEqualTo(By.ALREADY_ENDED);
      assertThat(plugin.stop().descendants()).isEqualTo(2);
      assertThat(alive()).isEmpty();
      assertThat(logs)
          .filteredOn(entry -> entry.kind() == Kind.CRASH)
          .extracting(LogEntry::message)
          .containsExactly("panic: it broke\ngoroutine 1 [running]:");
    }
  }

  @Test
  void call_inFlightAtTheEnd_failsAtOnceAndSoDoLaterOnes() throws Exception {
    var entered = new CountDownLatch(1);
    try (var _ = serve(new Services().withoutHealth().add(new Hanging(entered)));
        var plugin = host.start(launch("serves").build())) {
      var stub = HealthGrpc.newBlockingStub(plugin.channel());
      var failure =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return stub.check(HealthCheckRequest.getDefaultInstance()).toString();
                } catch (StatusRuntimeException e) {
                  return e.getStatus().getCode().toString();
                }
              });
      entered.await();
      Files.createFile(stop);
      assertThat(failure.get(20, SECONDS)).isEqualTo("UNAVAILABLE");
      plugin.stop();
      assertThatThrownBy(() -> stub.check(HealthCheckRequest.getDefaultInstance()))
          .extracting(e -> Status.fromThrowable(e).getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void stop_withDrain_waitsForCallsInFlight() throws Exception {
    var entered = new CountDownLatch(1);
    var hanging = new Hanging(entered);
    try (var _ = serve(new Services().withoutHealth().add(hanging));
        var plugin = host.start(launch("serves").build())) {
      var answer =
          CompletableFuture.supplyAsync(
              () ->
                  HealthGrpc.newBlockingStub(plugin.channel())
                      .check(HealthCheckRequest.getDefaultInstance())
                      .getStatus());
      entered.await();
      var stopped = CompletableFuture.supplyAsync(() -> stop(plugin, Duration.ofMinutes(1)));
      hanging.answer();
      assertThat(answer.get(20, SECONDS)).isEqualTo(ServingStatus.SERVING);
      assertThat(stopped.get(20, SECONDS).by()).isEqualTo(By.SHUTDOWN);
    }
  }

  @Test
  void stop_withDrain_waitsSoLongAndNoLonger() throws Exception {
    var entered = new CountDownLatch(1);
    try (var _ = serve(new Services().withoutHealth().add(new Hanging(entered)));
        var plugin = host.start(launch("serves").build())) {
      var _ =
          HealthGrpc.newFutureStub(plugin.channel()).check(HealthCheckRequest.getDefaultInstance());
      entered.await();
      var drain = Duration.ofMillis(200);
      var stopped = plugin.stop(drain);
      assertThat(stopped.by()).isEqualTo(By.SHUTDOWN);
      assertThat(stopped.took()).isGreaterThanOrEqualTo(drain).isLessThan(SOON);
    }
  }

  private static Stopped stop(RunningPlugin plugin, Duration drain) {
    try {
      return plugin.stop(drain);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stop_interrupted_killsAtOnce() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("ignores-everything").stopGrace(SOON).build())) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(plugin::stop).isInstanceOf(InterruptedException.class);
      assertThat(plugin.exit().toCompletableFuture().get(1, SECONDS).signal()).contains("SIGKILL");
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  @SuppressWarnings("try") // what is tested is the explicit close
  void close_interrupted_killsAtOnceAndStaysInterrupted() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("ignores-everything").stopGrace(SOON).build())) {
      Thread.currentThread().interrupt();
      plugin.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void flood_ofLogLines_isLimitedAndCounted() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("floods-stderr").build())) {
      var entry = logs.poll(10, SECONDS);
      while (entry.kind() != Kind.NOTICE) {
        entry = logs.poll(10, SECONDS);
      }
      assertThat(entry.message()).matches("dropped \\d+ lines \\(\\d+ bytes\\) of its output: .*");
      assertThat(plugin.health(SOON)).isEqualTo(Health.SERVING);
      assertThat(plugin.stop().by()).isEqualTo(By.SHUTDOWN);
    }
  }

  @Test
  void line_ofTenMegabytes_isCutAndTheNextIsRead() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("logs-one-long-line").build())) {
      var first = logs.poll(10, SECONDS);
      assertThat(first.level()).isEqualTo(Level.WARNING);
      assertThat(first.message())
          .startsWith("[WARN] \ufffd\ufffdxxx")
          .endsWith("x… [9934473 bytes cut]")
          .hasSizeLessThan(70_000);
      assertThat(logs.poll(10, SECONDS).message()).isEqualTo("[INFO] still here");
      plugin.stop();
    }
  }

  @Test
  void lostConnection_isTold() throws Exception {
    var server = serve(new Services());
    try (var plugin = host.start(launch("serves").stopGrace(SOON).build())) {
      assertThat(plugin.disconnected().toCompletableFuture()).isNotDone();
      server.close();
      plugin.disconnected().toCompletableFuture().get(20, SECONDS);
      assertThat(plugin.health(SOON)).isEqualTo(Health.UNREACHABLE);
      assertThat(plugin.stop().by()).isEqualTo(By.SIGTERM);
    }
  }
}
