package dev.cvt.plugin.tests.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import dev.cvt.plugin.tests.wire.ExamplePlugin;
import dev.cvt.plugin.tests.wire.Examples;
import dev.cvt.plugin.tests.wire.Raw;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A session of each kind between this library and go-plugin, either of them being the host. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "what a host gives is read from /proc")
final class SessionsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void ourHost_keyValuePlugin() throws Exception {
    hosted("grpc-plugin", false, SessionsTest::putAndGet, "our-host-key-value", 1);
  }

  @Test
  void ourHost_keyValuePluginUnderAutoMtls() throws Exception {
    hosted("grpc-plugin", true, SessionsTest::putAndGet, "our-host-key-value-mtls", 1);
  }

  @Test
  void ourHost_keyValuePluginOfOldLibrary() throws Exception {
    hosted("old-grpc-plugin", false, SessionsTest::putAndGet, "our-host-key-value-old", 1);
  }

  @Test
  void ourHost_pluginThatCallsBackUnderAutoMtls() throws Exception {
    hosted("bidirectional-plugin", true, SessionsTest::count, "our-host-callback-mtls", 1);
  }

  @Test
  void ourHost_pluginOfSeveralVersions() throws Exception {
    hosted("negotiated-plugin", false, SessionsTest::putAndGet, "our-host-versions-2-3", 2, 3);
  }

  @Test
  void ourHost_streamingPlugin() throws Exception {
    hosted(
        "streaming-plugin",
        false,
        plugin -> {
          var configure = Raw.with(Raw.with(Raw.EMPTY, 1, "streamed"), 2, 10);
          call(plugin, Examples.CONFIGURE, configure);
          Files.writeString(folder.resolve("streamed"), "Lorem ipsum dolor sit amet");
          ClientCalls.blockingServerStreamingCall(
                  plugin.channel(), Examples.READ, CallOptions.DEFAULT, Raw.EMPTY)
              .forEachRemaining(chunk -> {});
        },
        "our-host-streaming",
        1);
  }

  @Test
  void ourHost_pluginOfTheOldProtocol() throws Exception {
    try (var session = session(Peers.named("negotiated-plugin").toString(), Set.of());
        var host = PluginHost.builder().build()) {
      var failure =
          catchThrowableOfType(
              StartFailure.class, () -> host.start(launch(session, false, 2).build()));
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NETRPC_ONLY);
      session.check("our-host-versions-2");
    }
  }

  private void hosted(String peer, boolean mtls, Use use, String name, int... versions)
      throws Exception {
    try (var session = session(Peers.named(peer).toString(), Set.of());
        var host = PluginHost.builder().build()) {
      try (var plugin = host.start(launch(session, mtls, versions).build())) {
        use.of(plugin);
      }
      session.check(name);
    }
  }

  /** What a host does with a plugin. */
  private interface Use {
    void of(RunningPlugin plugin) throws Exception;
  }

  private Session session(String plugin, Set<String> known) throws Exception {
    var session = new Session(folder.resolve("plugin"), plugin, known);
    session.name(folder.toString(), "<current folder>");
    return session;
  }

  private Launch.Builder launch(Session session, boolean mtls, int... versions) {
    return Launch.builder(session.program(), Examples.handshake(versions))
        .startTimeout(LIMIT)
        .stopGrace(LIMIT)
        .directory(folder)
        .autoMtls(mtls);
  }

  private static void putAndGet(RunningPlugin plugin) throws Exception {
    call(plugin, Examples.KV_PUT, Raw.with(Raw.with(Raw.EMPTY, 1, "k"), 2, "value é"));
    call(plugin, Examples.KV_GET, Raw.with(Raw.EMPTY, 1, "k"));
    assertThat(plugin.health(LIMIT)).isEqualTo(Health.SERVING);
  }

  private static void count(RunningPlugin plugin) throws Exception {
    for (long value : new long[] {40, 2}) {
      int id = plugin.broker().nextId();
      try (var _ = plugin.broker().serve(id, List.of(adder()))) {
        var request = Raw.with(Raw.with(Raw.EMPTY, 1, Integer.toUnsignedLong(id)), 2, "sum");
        call(plugin, Examples.COUNTER_PUT, Raw.with(request, 3, value));
      }
    }
    call(plugin, Examples.COUNTER_GET, Raw.with(Raw.EMPTY, 1, "sum"));
  }

  private static BindableService adder() {
    return () ->
        ServerServiceDefinition.builder("proto.AddHelper")
            .addMethod(
                Examples.SUM,
                ServerCalls.asyncUnaryCall(
                    (request, answers) -> {
                      long sum = Raw.number(request, 1) + Raw.number(request, 2);
                      answers.onNext(Raw.with(Raw.EMPTY, 1, sum));
                      answers.onCompleted();
                    }))
            .build();
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

  @Test
  void goHost_ourPlugin() throws Exception {
    try (var session = session(ours(), Set.of("KV_PLUGIN", "KV_PROTO", "TMPDIR"))) {
      Program.of(Peers.named("grpc-host"), "put", "k", "v")
          .with("KV_PLUGIN", session.program())
          .with("KV_PROTO", "grpc")
          .with("TMPDIR", folder)
          .in(folder)
          .run()
          .ok();
      session.check("go-host-key-value");
    }
  }

  @Test
  void goHost_ourPluginUnderAutoMtls() throws Exception {
    try (var session = session(ours(), Set.of("TMPDIR"))) {
      run("mtls-host", session.program());
      session.check("go-host-key-value-mtls");
    }
  }

  @Test
  void goHost_ourPluginThatCallsBackUnderAutoMtls() throws Exception {
    try (var session = session(ours(), Set.of("TMPDIR"))) {
      run("mtls-bidirectional-host", session.program());
      session.check("go-host-callback-mtls");
    }
  }

  @Test
  void goHost_ourStreamingPlugin() throws Exception {
    var program = Files.createDirectory(folder.resolve("plugin")).resolve("streamer");
    try (var session = new Session(program, ours(), Set.of("TMPDIR"))) {
      session.name(folder.toString(), "<current folder>");
      run("streaming-host", "streamed");
      session.check("go-host-streaming");
    }
  }

  private void run(String host, Object argument) {
    Program.of(Peers.named(host), argument).with("TMPDIR", folder).in(folder).run().ok();
  }

  private static String ours() throws IOException {
    return "'%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s"
        .formatted(
            System.getProperty("java.home"),
            System.getProperty("java.class.path"),
            ExamplePlugin.class.getName());
  }
}
