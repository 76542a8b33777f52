package dev.cvt.plugin.tests.wire;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.jr.ob.JSON;
import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.Stopped;
import dev.cvt.plugin.tests.peers.Peers;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that others wrote. */
final class GoPluginsUnderOurHostTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private PluginHost host;

  @BeforeEach
  void openHost() {
    host = PluginHost.builder().build();
  }

  @AfterEach
  void closeHost() {
    host.close();
  }

  @ParameterizedTest
  @CsvSource({
    "grpc-plugin, false",
    "grpc-plugin, true",
    "old-grpc-plugin, false",
    "old-grpc-plugin, true"
  })
  void keyValuePlugin_storesAndFinds(String name, boolean mtls) throws Exception {
    try (var plugin = host.start(launch(name, 1).autoMtls(mtls).build())) {
      call(plugin, Examples.KV_PUT, Raw.with(Raw.with(Raw.EMPTY, 1, "k"), 2, "value é"));
      var got = call(plugin, Examples.KV_GET, Raw.with(Raw.EMPTY, 1, "k"));
      assertThat(Raw.text(got, 1)).isEqualTo("value é\n\nWritten from plugin-go-grpc");
      assertThat(plugin.health(LIMIT)).isEqualTo(Health.SERVING);
      assertThat(plugin.protocolVersion()).isEqualTo(1);
      assertThat(plugin.tls().isPresent()).isEqualTo(mtls);
      long pid = plugin.pid();
      plugin.stop();
      assertThat(ProcessHandle.of(pid)).isEmpty();
    }
  }

  /** Go gives the group the socket, and our host its folder. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void groupForSockets_isGivenTheSocketAndTheWayToIt(boolean mtls) throws Exception {
    var group = Files.getAttribute(folder, "unix:gid").toString(); // one that we belong to
    var launch = launch("bidirectional-plugin", 1).socketGroup(group).autoMtls(mtls).build();
    try (var plugin = host.start(launch)) {
      var socket = plugin.socket().orElseThrow();
      assertThat(permissions(socket)).isEqualTo("rw-rw----");
      assertThat(Files.getAttribute(socket, "unix:gid").toString()).isEqualTo(group);
      assertThat(permissions(socket.getParent())).isEqualTo("rwxrwx---");
      assertThat(permissions(socket.getParent().getParent())).isEqualTo("rwx--x--x");
      assertThat(plugin.health(LIMIT)).isEqualTo(Health.SERVING);
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** Both sides of the connection as each of them sees it. */
  @Test
  void autoMtls_isTls13WithOneCertificateEach() throws Exception {
    try (var plugin = host.start(launch("mtls-plugin", 1).autoMtls(true).build())) {
      var peer = plugin.tls().orElseThrow();
      assertThat(peer.protocol()).isEqualTo("TLSv1.3");
      assertThat(peer.certificate().getSubjectX500Principal().getName())
          .isEqualTo("CN=localhost,O=HashiCorp");
      assertThat(peer.certificate().getSigAlgName()).isEqualTo("SHA512withECDSA");
      var sees = Raw.text(call(plugin, Examples.KV_GET, Raw.with(Raw.EMPTY, 1, "tls")), 1);
      assertThat(JSON.std.mapFrom(sees))
          .containsEntry("version", "TLS 1.3")
          .extractingByKey("host_subject")
          .asString()
          .contains("CN=localhost");
    }
  }

  /**
   * Plain calls that are made again and again have a connection of their own, as safe as the first.
   */
  @Test
  void autoMtls_isTheSameForCallsThatAreMadeDirectly() throws Exception {
    try (var plugin = host.start(launch("mtls-plugin", 1).autoMtls(true).build())) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      Map<String, Object> seen;
      do {
        assertThat(System.nanoTime()).as("no call went directly").isLessThan(deadline);
        var call = plugin.channel().newCall(Examples.KV_GET, CallOptions.DEFAULT);
        var answer = ClientCalls.futureUnaryCall(call, Raw.with(Raw.EMPTY, 1, "tls"));
        var text = Raw.text(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS), 1);
        seen = JSON.std.mapFrom(text);
        assertThat(seen).containsEntry("version", "TLS 1.3");
        assertThat(seen.get("host_subject")).asString().contains("CN=localhost");
      } while (!seen.get("agent").equals("grpc-java-goplugin"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void counterPlugin_callsTheHostBackThroughTheBroker(boolean mtls) throws Exception {
    try (var plugin = host.start(launch("bidirectional-plugin", 1).autoMtls(mtls).build())) {
      var sums = new AtomicInteger();
      for (long value : new long[] {40, 2}) {
        int id = plugin.broker().nextId();
        try (var serving = plugin.broker().serve(id, List.of(adder(sums)))) {
          assertThat(serving.id()).isEqualTo(id);
          var request = Raw.with(Raw.with(Raw.EMPTY, 1, Integer.toUnsignedLong(id)), 2, "sum");
          call(plugin, Examples.COUNTER_PUT, Raw.with(request, 3, value));
        }
      }
      var got = call(plugin, Examples.COUNTER_GET, Raw.with(Raw.EMPTY, 1, "sum"));
      assertThat(Raw.number(got, 1)).isEqualTo(42);
      assertThat(sums).hasValue(2);
    }
  }

  private static BindableService adder(AtomicInteger sums) {
    return () ->
        ServerServiceDefinition.builder("proto.AddHelper")
            .addMethod(
                Examples.SUM,
                ServerCalls.asyncUnaryCall(
                    (request, answers) -> {
                      sums.incrementAndGet();
                      long sum = Raw.number(request, 1) + Raw.number(request, 2);
                      answers.onNext(Raw.with(Raw.EMPTY, 1, sum));
                      answers.onCompleted();
                    }))
            .build();
  }

  @Test
  void negotiation_offeringBoth_getsTheHigher() throws Exception {
    try (var plugin = host.start(launch("negotiated-plugin", 2, 3).build())) {
      assertThat(plugin.protocolVersion()).isEqualTo(3);
      call(plugin, Examples.KV_PUT, Raw.with(Raw.with(Raw.EMPTY, 1, "k"), 2, "v"));
      assertThat(folder.resolve("kv_k")).content().contains("Written from plugin version 3");
    }
  }

  @Test
  void negotiation_offeringTheOldOne_isRefusedAsNetrpc() throws Exception {
    var failure = failure(launch("negotiated-plugin", 2).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NETRPC_ONLY);
  }

  @Test
  void negotiation_nothingInCommon_saysWhatBothSpeak() throws Exception {
    var failure = failure(launch("grpc-plugin", 7).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NO_COMMON_VERSION);
    assertThat(failure.fact()).contains("7").contains("1");
  }

  @Test
  void netrpcPlugin_isRefusedInWords() throws Exception {
    var failure = failure(launch("netrpc-plugin", 1).build());
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NETRPC_ONLY);
    assertThat(failure.getMessage()).contains("net/rpc");
  }

  @Test
  void otherCookie_isDiagnosed() throws Exception {
    var launch =
        Launch.builder(Peers.named("grpc-plugin"), Handshake.of("OTHER_PLUGIN", "x", 1)).build();
    assertThat(failure(launch).diagnosis()).isEqualTo(Diagnosis.COOKIE_REFUSED);
  }

  @Test
  void streamingPlugin_takesAndGivesChunks() throws Exception {
    var file = folder.resolve("streamed");
    try (var plugin = host.start(launch("streaming-plugin", 1).build())) {
      var configure = Raw.with(Raw.with(Raw.EMPTY, 1, file.toString()), 2, 10);
      call(plugin, Examples.CONFIGURE, configure);
      write(plugin.channel(), "Lorem ipsum ", "dolor ", "sit amet");
      assertThat(file).hasContent("Lorem ipsum dolor sit amet");
      var chunks = new ArrayList<String>();
      ClientCalls.blockingServerStreamingCall(
              plugin.channel(), Examples.READ, CallOptions.DEFAULT, Raw.EMPTY)
          .forEachRemaining(chunk -> chunks.add(Raw.text(chunk, 1)));
      assertThat(chunks).containsExactly("Lorem ipsu", "m dolor si", "t amet");
    }
  }

  @Test
  void logOfAPlugin_arrivesWithLevelAndFields() throws Exception {
    var logs = new LinkedBlockingQueue<LogEntry>();
    try (var plugin = host.start(launch("grpc-plugin", 1).logs(logs::add).build())) {
      var entry = requireNonNull(logs.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
      assertThat(entry.level()).isEqualTo(System.Logger.Level.DEBUG);
      assertThat(entry.message()).isEqualTo("plugin address");
      assertThat(entry.kind()).isEqualTo(LogEntry.Kind.STRUCTURED);
      assertThat(entry.fields())
          .containsEntry("network", "unix")
          .containsEntry("address", plugin.socket().orElseThrow().toString());
    }
  }

  @Test
  void requestOverFourMegabytes_isRefusedAndExplained() throws Exception {
    try (var plugin = host.start(launch("mtls-plugin", 1).build())) {
      var request = Raw.with(Raw.with(Raw.EMPTY, 1, "k"), 2, "x".repeat(5 << 20));
      var failure =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> call(plugin, Examples.KV_PUT, request));
      assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(failure.getStatus().getDescription())
          .isEqualTo(
              "the request has 5242888 bytes, and the plugin takes at most 4194304; send less, or"
                  + " have the plugin's author raise its limit");
    }
  }

  @Test
  void brokerNumber_thatNobodyServes_isToldSo() throws Exception {
    try (var plugin = host.start(launch("bidirectional-plugin", 1).build())) {
      var failure =
          catchThrowableOfType(
              Broker.NoConnection.class, () -> plugin.broker().dial(77, Duration.ofMillis(100)));
      assertThat(failure)
          .hasMessage(
              "broker connection 77: the other side announced nothing within 100 ms; have it serve"
                  + " this number, and before it is dialled");
    }
  }

  @Test
  void pluginKilledFromOutside_isToldAndLeavesNothing() throws Exception {
    try (var plugin = host.start(launch("grpc-plugin", 1).build())) {
      ProcessHandle.of(plugin.pid()).orElseThrow().destroyForcibly();
      var exit = plugin.exit().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(exit.signal()).contains("SIGKILL");
      assertThat(plugin.stop().by()).isEqualTo(Stopped.By.ALREADY_ENDED);
      assertThat(plugin.socket().orElseThrow()).doesNotExist();
    }
  }

  private static void write(Channel channel, String... chunks) throws Exception {
    var done = new CompletableFuture<Boolean>();
    var to =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(Examples.WRITE, CallOptions.DEFAULT),
            new StreamObserver<UnknownFieldSet>() {
              @Override
              public void onNext(UnknownFieldSet answer) {}

              @Override
              public void onError(Throwable failure) {
                // The example's server ends the stream without an answer, which its own client
                // takes for the end as well.
                done.complete(true);
              }

              @Override
              public void onCompleted() {
                done.complete(true);
              }
            });
    for (var chunk : chunks) {
      to.onNext(Raw.with(Raw.EMPTY, 1, chunk));
    }
    to.onCompleted();
    assertThat(done.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
  }

  private static UnknownFieldSet call(
      RunningPlugin plugin,
      MethodDescriptor<UnknownFieldSet, UnknownFieldSet> method,
      UnknownFieldSet request) {
    return ClientCalls.blockingUnaryCall(
        plugin.channel(),
        method,
        CallOptions.DEFAULT.withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS),
        request);
  }

  private StartFailure failure(Launch launch) {
    var failure =
        catchThrowableOfType(
            StartFailure.class,
            () -> {
              try (var plugin = host.start(launch)) {
                throw new AssertionError("it started, with pid " + plugin.pid());
              }
            });
    assertThat(failure).isNotNull();
    return failure;
  }

  private Launch.Builder launch(String name, int... versions) {
    return Launch.builder(Peers.named(name), Examples.handshake(versions))
        .startTimeout(LIMIT)
        // The examples keep their values in files of the current folder.
        .directory(folder)
        .environment(Map.of("PATH", "/usr/bin:/bin"));
  }
}
