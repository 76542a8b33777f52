package dev.cvt.goplugin;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.FakeServer.Services;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.PeerCertificate;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host and its many plugins: cancelling, closing, and nothing left. */
class PluginHostTest extends HostTest {

  /** Runs on a thread of its own, to be interrupted. */
  private static FutureTask<RunningPlugin> task(PluginHost host, Launch launch) {
    return new FutureTask<>(() -> host.start(launch));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 20, 60, 150, 400})
  void interrupt_inWhateverPhase_leavesNothing(int millis) throws Exception {
    try (var _ = serve(new Services())) {
      interrupt(() -> host.start(launch("serves-late").build()), millis);
    }
  }

  @Test
  void interrupt_beforeTheStart_startsNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> host.start(launch("silent").build()))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    assertThat(alive()).isEmpty();
  }

  @Test
  void close_duringAStart_endsIt() throws Exception {
    var task = task(host, launch("silent").startTimeout(Duration.ofSeconds(30)).build());
    var thread = Thread.ofVirtual().start(task);
    while (alive().isEmpty()) {
      Thread.onSpinWait();
    }
    host.close();
    thread.join(); // which has yet to say so
    assertThat(task.state()).isEqualTo(Future.State.FAILED);
    assertThat(task.exceptionNow())
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.diagnosis()).isEqualTo(Diagnosis.HOST_CLOSED);
              assertThat(failure.fact()).isEqualTo("its host was closed meanwhile");
              assertThat(failure.remedy()).isEqualTo("start it with a host that is open");
            });
    assertThat(alive()).isEmpty();
  }

  @Test
  void start_afterClose_isRefused() {
    host.close();
    assertThatThrownBy(() -> host.start(launch("silent").build()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("plugin host test is closed");
  }

  @Test
  void prepare_thenCloseAtOnce_leavesNothing() {
    host.prepare();
    host.close();
    assertThat(alive()).isEmpty();
    assertThat(sockets).isEmptyDirectory();
  }

  @Test
  void prepare_startsNoPlugin_andIsRefusedAfterClose() throws Exception {
    host.prepare();
    host.prepare();
    assertThat(alive()).isEmpty();
    try (var _ = serve(new Services())) {
      assertThat(host.start(launch("serves").build()).stop().by()).isEqualTo(Stopped.By.SHUTDOWN);
    }
    host.close();
    assertThatThrownBy(() -> host.prepare())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("plugin host test is closed");
  }

  @Test
  void close_asksAllBeforeAnyoneIsGoneAndAgainDoesNothing() throws Exception {
    try (var _ = serve(new Services().withoutController())) {
      var plugins = new ArrayList<RunningPlugin>();
      for (int i = 0; i < 4; i++) {
        plugins.add(host.start(launch("notes-sigterm").stopGrace(Duration.ofMinutes(1)).build()));
      }
      var closing = Thread.ofVirtual().start(host::close);
      for (var plugin : plugins) {
        while (!Files.exists(Path.of(stop + "." + plugin.pid()))) {
          Thread.onSpinWait();
        }
      }
      assertThat(plugins).noneMatch(p -> p.exit().toCompletableFuture().isDone());
      plugins.forEach(p -> ProcessHandle.of(p.pid()).orElseThrow().destroyForcibly());
      closing.join();
      host.close();
      assertThat(plugins).allSatisfy(p -> assertThat(p.exit().toCompletableFuture()).isCompleted());
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void manyStartsAtOnce_allComeUp() throws Exception {
    try (var _ = serve(new Services())) {
      var starts = new ArrayList<CompletableFuture<RunningPlugin>>();
      for (int i = 0; i < 16; i++) {
        starts.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return host.start(launch("serves").startTimeout(Duration.ofMinutes(1)).build());
                  } catch (StartFailure | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                },
                task -> Thread.ofVirtual().start(task)));
      }
      for (var start : starts) {
        assertThat(start.get(60, SECONDS).health(Duration.ofSeconds(10))).isEqualTo(Health.SERVING);
      }
      assertThat(entries(entries(sockets).getFirst())).hasSize(17); // one each, and the owner's
    }
  }

  @Test
  @SuppressWarnings("try") // one of them is closed before its time
  void twoHosts_doNotDisturbEachOther() throws Exception {
    try (var _ = serve(new Services());
        var other = PluginHost.builder().name("other").folder(sockets).build();
        var plugin =
            host.start(launch("ignores-shutdown").stopGrace(Duration.ofMillis(200)).build())) {
      var _ = other.start(launch("ignores-shutdown").stopGrace(Duration.ofMillis(200)).build());
      other.close();
      assertThat(plugin.exit().toCompletableFuture()).isNotDone();
      assertThat(plugin.health(Duration.ofSeconds(5))).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void folderUnderLongPath_isRefusedBeforehand() throws Exception {
    var deep = Files.createDirectories(folder.resolve("x".repeat(90)));
    try (var other = PluginHost.builder().folder(deep).build()) {
      var failure =
          catchThrowableOfType(StartFailure.class, () -> other.start(launch("serves").build()));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.SOCKET_PATH_TOO_LONG);
      assertThat(failure.phase()).isEqualTo(StartFailure.Phase.PREFLIGHT);
    }
  }

  @Test
  void programThatIsBeingWritten_isTriedAgain() throws Exception {
    var copy = folder.resolve("copy-of-true");
    Files.copy(Path.of("/bin/true"), copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
    try (var _ = Files.newByteChannel(copy, java.nio.file.StandardOpenOption.WRITE)) {
      var failure =
          catchThrowableOfType(StartFailure.class, () -> host.start(launch(copy).build()));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.TEXT_FILE_BUSY);
      assertThat(failure.phase()).isEqualTo(StartFailure.Phase.EXEC);
      assertThat(failure.fact())
          .isEqualTo(
              "somebody has the program open for writing: process "
                  + ProcessHandle.current().pid());
      assertThat(failure.remedy())
          .isEqualTo("wait until whoever copies it there is done; copy to another name and rename");
    }
    // Written to the end, it is executed: /bin/true is no plugin, but it runs.
    assertThat(
            catchThrowableOfType(StartFailure.class, () -> host.start(launch(copy).build()))
                .diagnosis())
        .isEqualTo(Diagnosis.EXITED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 25, 60, 150})
  void hostThatCloses_whileABusyProgramIsTriedAgain_endsTheStart(int millis) throws Exception {
    var copy = folder.resolve("copy-of-true");
    Files.copy(Path.of("/bin/true"), copy);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
    try (var _ = Files.newByteChannel(copy, java.nio.file.StandardOpenOption.WRITE)) {
      var prepared = host.prepare(launch(copy).build());
      var starting = new FutureTask<>(prepared::start);
      long began = System.nanoTime();
      Thread.ofVirtual().start(starting);
      Thread.sleep(millis); // any instant will do: they are spread over the attempts
      boolean late = System.nanoTime() - began > MILLISECONDS.toNanos(400); // it gives up at 450
      host.close();
      assertThatThrownBy(() -> starting.get(30, SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              StartFailure.class,
              failure ->
                  assertThat(failure.diagnosis())
                      .matches(
                          d ->
                              d == Diagnosis.HOST_CLOSED || late && d == Diagnosis.TEXT_FILE_BUSY));
      assertThat(alive()).isEmpty();
    }
  }

  @Test
  void autoMtls_isSpokenWithTheOneCertificate() throws Exception {
    var theirs = OneTimeIdentity.generate();
    // The plugin's side: what the real one does with PLUGIN_CLIENT_CERT.
    var starting =
        task(
            host,
            launch("serves-once-served")
                .autoMtls(true)
                .startTimeout(Duration.ofSeconds(30))
                .environment(environment(Map.of("CERTIFICATE", theirs.lineField())))
                .build());
    Thread.ofVirtual().start(starting);
    var name = "PLUGIN_CLIENT_CERT=";
    var variables = "";
    while (!variables.contains(name)) { // it has none for an instant, when it becomes the program
      assertThat(starting.isDone()).as("it ended, or its time did").isFalse();
      var running = alive();
      if (!running.isEmpty()) {
        variables = Files.readString(Path.of("/proc/" + running.getFirst() + "/environ"));
      }
    }
    int at = variables.indexOf(name) + name.length();
    var ours = PeerCertificate.fromPem(variables.substring(at, variables.indexOf('\0', at)));
    try (var _ = serve(Security.of(theirs, ours));
        var plugin = starting.get(30, SECONDS)) {
      assertThat(plugin.tls())
          .hasValueSatisfying(
              peer -> {
                assertThat(peer.certificate()).isEqualTo(theirs.certificate());
                assertThat(peer.protocol()).isEqualTo("TLSv1.3");
              });
      assertThat(plugin.health(Duration.ofSeconds(20))).isEqualTo(Health.SERVING);
    }
  }

  @Test
  void answerOverTheLimit_namesBothSizesAndTheSetting() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves").maxInbound(1).build())) {
      var stub = HealthGrpc.newBlockingStub(plugin.channel());
      var failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.check(HealthCheckRequest.newBuilder().setService("plugin").build()));
      assertThat(failure.getStatus().getDescription())
          .isEqualTo(
              "the plugin's answer has 2 bytes, and this host takes at most 1; raise maxInbound of"
                  + " the launch");
    }
  }

  @Test
  void requestOverTheLimit_namesBothSizesAndTheSetting() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("serves").maxOutbound(4).build())) {
      var stub = HealthGrpc.newBlockingStub(plugin.channel());
      var failure =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> stub.check(HealthCheckRequest.newBuilder().setService("plugin").build()));
      assertThat(failure.getStatus().getDescription())
          .isEqualTo(
              "the request has 8 bytes, and this host sends at most 4; raise maxOutbound of the"
                  + " launch");
    }
  }

  @Test
  void fiftyStartsAndStops_leaveDescriptorsAndThreadsAsTheyWere() throws Exception {
    try (var _ = serve(new Services())) {
      cycle(5);
      long descriptors = descriptors();
      int threads = Thread.getAllStackTraces().size();
      cycle(50);
      assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 4);
      assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 4);
    }
  }

  private void cycle(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      Files.deleteIfExists(stop);
      try (var plugin = host.start(launch("serves").build())) {
        assertThat(plugin.stop().exit().code()).hasValue(0);
      }
    }
  }

  @Test
  void interceptors_arePassedFromTheFirstToTheLast() throws Exception {
    var passed = new ArrayList<String>();
    try (var _ = serve(new Services());
        var plugin =
            host.start(
                launch("serves")
                    .interceptors(List.of(noting(passed, "one"), noting(passed, "two")))
                    .build())) {
      HealthGrpc.newBlockingStub(plugin.channel())
          .check(HealthCheckRequest.newBuilder().setService("plugin").build());
      assertThat(passed).containsExactly("one", "two");
    }
  }

  private static io.grpc.ClientInterceptor noting(List<String> passed, String name) {
    return new io.grpc.ClientInterceptor() {
      @Override
      public <Q, R> io.grpc.ClientCall<Q, R> interceptCall(
          io.grpc.MethodDescriptor<Q, R> method,
          io.grpc.CallOptions options,
          io.grpc.Channel next) {
        passed.add(name);
        return next.newCall(method, options);
      }
    };
  }
}
