package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.Health;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.Output;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.goplugin.Stopped;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin's side as real processes, under the host of this module and by hand. */
@Timeout(120)
class PluginProcessTest {

  private static final long PATIENCE = 60;

  @TempDir Path folder;

  private final BlockingQueue<LogEntry> logs = new LinkedBlockingQueue<>();
  private final BlockingQueue<Output> output = new LinkedBlockingQueue<>();

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static List<String> arguments() {
    String path =
        String.join(
            File.pathSeparator,
            Stream.of("jdk.module.path", "java.class.path", "surefire.test.class.path")
                .map(name -> System.getProperty(name, ""))
                .filter(value -> !value.isEmpty())
                .toList());
    return List.of(
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        path
            + File.pathSeparator
            + Path.of("target/test-classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/classes").toAbsolutePath(),
        ChildPlugin.class.getName());
  }

  private ProcessBuilder byHand(Map<String, String> environment) {
    List<String> command = new ArrayList<>(List.of(java().toString()));
    command.addAll(arguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("JAVA"));
    builder.environment().put("PLUGIN_UNIX_SOCKET_DIR", folder.toString());
    builder.environment().putAll(environment);
    return builder;
  }

  private void hosted(Handshake handshake, boolean mtls, PluginUse use) throws Exception {
    Launch launch =
        Launch.builder(java(), handshake)
            .name("child")
            .arguments(arguments())
            .environment(Map.of("PATH", System.getenv("PATH")))
            .autoMtls(mtls)
            .logs(logs::add)
            .output(output::add)
            .stopGrace(Duration.ofSeconds(PATIENCE))
            .build();
    try (PluginHost host = PluginHost.builder().name("test").folder(folder).build();
        RunningPlugin plugin = host.start(launch)) {
      use.of(plugin);
    }
  }

  /** What a test does with a plugin. */
  private interface PluginUse {
    void of(RunningPlugin plugin) throws Exception;
  }

  private static <T> T next(BlockingQueue<T> queue, Predicate<T> wanted) throws Exception {
    while (true) {
      T one = queue.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(one).as("what was waited for").isNotNull();
      if (wanted.test(one)) {
        return one;
      }
    }
  }

  @Test
  void started_by_a_person_it_explains_itself() throws Exception {
    Process process = byHand(Map.of()).start();
    String stderr = process.errorReader().readAllAsString();
    assertThat(stderr)
        .isEqualTo(
            """
            This program is a plugin and is not meant to be executed directly: the application that
            uses it starts it. Install it there, and run that application.
            (It looks for TEST_PLUGIN_COOKIE in its environment, which that application sets; it is not there.)
            """);
    assertThat(process.inputReader().readAllAsString()).isEmpty();
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void with_another_cookie_it_says_so() throws Exception {
    Process process = byHand(Map.of("TEST_PLUGIN_COOKIE", "wrong")).start();
    assertThat(process.errorReader().readAllAsString())
        .endsWith("which that application sets; it has another value.)\n");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void where_it_cannot_listen_it_says_why_as_a_log_record() throws Exception {
    Process process =
        byHand(Map.of("TEST_PLUGIN_COOKIE", "right", "PLUGIN_UNIX_SOCKET_DIR", folder + "/missing"))
            .start();
    assertThat(process.errorReader().readAllAsString())
        .startsWith(
            "{\"@level\":\"error\",\"@message\":\"the folder for sockets, "
                + folder
                + "/missing, does not exist\",\"@module\":\"dev.cvt.goplugin\",")
        .endsWith(
            "\"remedy\":\"the host must make it, or name another in PLUGIN_UNIX_SOCKET_DIR or"
                + " TMPDIR\"}\n");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void a_host_that_speaks_no_version_of_ours_is_told_our_lowest() throws Exception {
    Process process =
        byHand(Map.of("TEST_PLUGIN_COOKIE", "right", "PLUGIN_PROTOCOL_VERSIONS", "7,8")).start();
    try {
      assertThat(line(process)).startsWith("1|2|unix|");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String line(Process process) throws Exception {
    BufferedReader reader = process.inputReader();
    return String.valueOf(reader.readLine());
  }

  @Test
  void asked_about_multiplexing_it_leaves_the_seventh_field_away() throws Exception {
    Process process =
        byHand(Map.of("TEST_PLUGIN_COOKIE", "right", "PLUGIN_MULTIPLEX_GRPC", "true")).start();
    try {
      assertThat(line(process).split("\\|", -1)).hasSize(6);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void sigint_is_ignored_and_sigterm_ends_it_without_its_socket() throws Exception {
    Process process = byHand(Map.of("TEST_PLUGIN_COOKIE", "right")).start();
    Path socket = Path.of(line(process).split("\\|", -1)[3]);
    assertThat(socket).exists();
    kill("INT", process.pid());
    assertThat(process.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
    kill("TERM", process.pid());
    assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(143);
    assertThat(socket).doesNotExist();
  }

  private static void kill(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void it_ends_with_its_host_which_says_nothing_when_it_is_killed() throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" & cat", "sh"));
    command.addAll(byHand(Map.of()).command());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TEST_PLUGIN_COOKIE", "right");
    builder.environment().put("PLUGIN_UNIX_SOCKET_DIR", folder.toString());
    Process host = builder.start();
    Path socket = Path.of(line(host).split("\\|", -1)[3]);
    ProcessHandle plugin =
        host.children()
            .filter(child -> child.info().command().orElse("").endsWith("java"))
            .findFirst()
            .orElseThrow();
    kill("KILL", host.pid());
    host.waitFor();
    plugin.onExit().get(PATIENCE, TimeUnit.SECONDS);
    assertThat(socket).doesNotExist();
  }

  @Test
  void it_serves_stops_when_asked_and_leaves_nothing() throws Exception {
    hosted(
        ChildPlugin.HANDSHAKE,
        false,
        plugin -> {
          assertThat(plugin.protocolVersion()).isEqualTo(3);
          assertThat(plugin.health(Duration.ofSeconds(PATIENCE))).isEqualTo(Health.SERVING);
          assertThat(Words.say(plugin.channel(), "hello")).isEqualTo("hello");
          Path socket = plugin.socket().orElseThrow();
          Stopped stopped = plugin.stop();
          assertThat(stopped.by()).isEqualTo(Stopped.By.SHUTDOWN);
          assertThat(stopped.exit().code()).hasValue(0);
          assertThat(stopped.survivors()).isEmpty();
          assertThat(socket).doesNotExist();
        });
  }

  @Test
  void a_call_in_flight_outlives_the_request_to_stop() throws Exception {
    hosted(
        ChildPlugin.HANDSHAKE,
        false,
        plugin -> {
          assertThat(Words.say(plugin.channel(), "warm")).isEqualTo("warm");
          CompletableFuture<String> call =
              CompletableFuture.supplyAsync(() -> Words.say(plugin.channel(), "print:in flight"));
          next(output, one -> one.text().equals("in flight"));
          CompletableFuture<String> slow =
              CompletableFuture.supplyAsync(() -> Words.say(plugin.channel(), "sleep:700"));
          assertThat(call.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo("done");
          assertThat(Words.say(plugin.channel(), "the slow one has begun before this"))
              .isNotEmpty();
          Stopped stopped = plugin.stop(Duration.ofSeconds(PATIENCE));
          assertThat(slow.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo("done");
          assertThat(stopped.exit().code()).hasValue(0);
        });
  }

  @Test
  void prints_and_logs_reach_the_host_each_on_its_way() throws Exception {
    hosted(
        ChildPlugin.HANDSHAKE,
        false,
        plugin -> {
          Words.say(plugin.channel(), "print:hello");
          assertThat(next(output, one -> one.stream() == Output.Stream.STDOUT).text())
              .isEqualTo("hello");
          assertThat(next(output, one -> one.stream() == Output.Stream.STDERR).text())
              .isEqualTo("hello");

          Words.say(plugin.channel(), "log:value");
          LogEntry traced = next(logs, one -> one.message().equals("traced"));
          assertThat(traced.level()).isEqualTo(System.Logger.Level.TRACE);
          assertThat(traced.module()).isEqualTo("child");
          LogEntry warned = next(logs, one -> one.message().equals("warned 1"));
          assertThat(warned.level()).isEqualTo(System.Logger.Level.WARNING);
          assertThat(warned.fields()).isEqualTo(Map.of("key", "value"));
          assertThat(warned.kind()).isEqualTo(LogEntry.Kind.STRUCTURED);
          LogEntry fined = next(logs, one -> true);
          assertThat(fined.message()).isEqualTo("fined");
          assertThat(fined.level()).isEqualTo(System.Logger.Level.DEBUG);

          Words.say(plugin.channel(), "log-as-a-library:no wire");
          LogEntry failed = next(logs, one -> true);
          assertThat(failed.message()).isEqualTo("failed");
          assertThat(failed.level()).isEqualTo(System.Logger.Level.ERROR);
          assertThat(failed.fields())
              .containsEntry("error", "java.io.IOException: no wire")
              .containsKey("stacktrace");
          LogEntry fetched = next(logs, one -> true);
          assertThat(fetched.message()).isEqualTo("fetched 2 of 3");
          assertThat(fetched.level()).isEqualTo(System.Logger.Level.TRACE);
          assertThat(fetched.module()).isEqualTo("old.school");
          assertThat(fetched.fields()).isEqualTo(Map.of("key", "no wire"));
          LogEntry lost = next(logs, one -> true);
          assertThat(lost.message()).isEqualTo("lost");
          assertThat(lost.level()).isEqualTo(System.Logger.Level.WARNING);
          assertThat(lost.module()).isEqualTo("io.grpc.chatter");
          assertThat(lost.fields()).containsEntry("error", "java.io.IOException: no wire");
          assertThat(List.of(failed.kind(), fetched.kind(), lost.kind()))
              .containsOnly(LogEntry.Kind.STRUCTURED);

          assertThatThrownBy(() -> Words.say(plugin.channel(), "throw:no disk"))
              .isInstanceOf(StatusRuntimeException.class)
              .hasMessage("INTERNAL: no disk");
          LogEntry thrown = next(logs, one -> true); // the chatter of gRPC was kept back
          assertThat(thrown.message()).isEqualTo("a handler threw instead of answering");
          assertThat(thrown.level()).isEqualTo(System.Logger.Level.ERROR);
          assertThat(thrown.fields())
              .containsEntry("method", "test.Words/Say")
              .containsEntry("error", "java.lang.IllegalStateException: no disk")
              .containsKey("stacktrace");

          Words.say(plugin.channel(), "die-in-a-thread:oops");
          LogEntry died = next(logs, one -> true);
          assertThat(died.message()).isEqualTo("a thread died of what nobody caught");
          assertThat(died.fields()).containsEntry("error", "java.lang.IllegalStateException: oops");

          Words.say(plugin.channel(), "print-half:last words");
          plugin.stop();
          assertThat(next(output, one -> true).text()).isEqualTo("last words");
        });
  }

  @Test
  void a_flood_of_prints_arrives_whole_and_calls_go_on() throws Exception {
    List<String> lines = new ArrayList<>();
    Consumer<Output> collect =
        one -> {
          synchronized (lines) {
            lines.add(one.text());
          }
        };
    Launch launch =
        Launch.builder(java(), ChildPlugin.HANDSHAKE)
            .arguments(arguments())
            .output(collect)
            .stopGrace(Duration.ofSeconds(PATIENCE))
            .build();
    try (PluginHost host = PluginHost.builder().name("flood").folder(folder).build();
        RunningPlugin plugin = host.start(launch)) {
      CompletableFuture<String> flood =
          CompletableFuture.supplyAsync(
              () -> Words.say(plugin.channel(), "flood:5000", Duration.ofSeconds(PATIENCE)));
      assertThat(Words.say(plugin.channel(), "meanwhile")).isEqualTo("meanwhile");
      assertThat(flood.get(PATIENCE, TimeUnit.SECONDS)).isEqualTo("done");
      plugin.stop();
    }
    assertThat(lines)
        .isEqualTo(
            IntStream.range(0, 5000).mapToObj(i -> "line " + i + " " + "x".repeat(1000)).toList());
  }

  @Test
  void a_request_over_the_bound_is_refused_with_both_sizes_and_the_setting_on_both_sides()
      throws Exception {
    hosted(
        ChildPlugin.HANDSHAKE,
        false,
        plugin -> {
          assertThatThrownBy(() -> Words.say(plugin.channel(), "x".repeat((4 << 20) + 1)))
              .isInstanceOf(StatusRuntimeException.class)
              .hasMessage(
                  "RESOURCE_EXHAUSTED: the request has 4194305 bytes, and the plugin takes at most"
                      + " 4194304; send less, or have the plugin's author raise its limit"
                      + " (maxMessage of a PluginServer)");
          LogEntry refused = next(logs, one -> one.message().startsWith("a request was"));
          assertThat(refused.message())
              .isEqualTo(
                  "a request was refused for its size: send less, or raise maxMessage of the"
                      + " PluginServer");
          assertThat(refused.fields())
              .containsEntry("method", "test.Words/Say")
              .containsEntry("bytes", "4194305")
              .containsEntry("at_most", "4194304");
          assertThat(Words.say(plugin.channel(), "hello")).isEqualTo("hello");
        });
  }

  /** As on Windows, where plugins have no Unix sockets: on a port of the range that hosts give. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void without_unix_sockets_it_serves_on_a_port(boolean mtls) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-Dos.name=Windows"));
    arguments.addAll(arguments());
    Launch launch =
        Launch.builder(java(), ChildPlugin.HANDSHAKE)
            .arguments(arguments)
            .environment(Map.of("PATH", System.getenv("PATH")))
            .autoMtls(mtls)
            .stopGrace(Duration.ofSeconds(PATIENCE))
            .build();
    try (PluginHost host = PluginHost.builder().name("port").folder(folder).build();
        RunningPlugin plugin = host.start(launch)) {
      assertThat(plugin.handshakeLine()).matches("1\\|3\\|tcp\\|127\\.0\\.0\\.1:[12][0-9]{4}\\|.*");
      assertThat(plugin.tls().isPresent()).isEqualTo(mtls);
      assertThat(Words.say(plugin.channel(), "hello")).isEqualTo("hello");
      assertThat(plugin.stop().by()).isEqualTo(Stopped.By.SHUTDOWN);
    }
  }

  @Test
  void under_mutual_tls_it_serves_and_calls_back_and_serves_more() throws Exception {
    hosted(
        Handshake.of("TEST_PLUGIN_COOKIE", "right", 2),
        true,
        plugin -> {
          assertThat(plugin.protocolVersion()).isEqualTo(2);
          assertThat(plugin.tls()).isPresent();
          assertThat(Words.say(plugin.channel(), "hello")).isEqualTo("hello");
          Broker broker = plugin.broker();
          int id = broker.nextId();
          try (Broker.Serving serving =
              broker.serve(id, List.of(Words.service(text -> "welcome, " + text)))) {
            assertThat(Words.say(plugin.channel(), "callback:" + serving.id()))
                .isEqualTo("host says: welcome, from the plugin");
          }
          int offered = Integer.parseInt(Words.say(plugin.channel(), "offer:it"));
          ManagedChannel more = broker.dial(offered, Duration.ofSeconds(PATIENCE));
          try {
            assertThat(Words.say(more, "the host")).isEqualTo("it hears the host");
          } finally {
            more.shutdownNow();
          }
        });
  }

  @Test
  void a_certificate_that_is_none_is_refused_before_the_line() throws Exception {
    Process process =
        byHand(Map.of("TEST_PLUGIN_COOKIE", "right", "PLUGIN_CLIENT_CERT", "no certificate"))
            .start();
    assertThat(process.errorReader().readAllAsString())
        .contains("\"@message\":\"the certificate in PLUGIN_CLIENT_CERT cannot be read: ")
        .endsWith("\"remedy\":\"the host must send its own as PEM, or not ask for TLS\"}\n");
    assertThat(process.inputReader().readAllAsString()).isEmpty();
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void a_host_with_another_cookie_learns_it_as_its_diagnosis() {
    assertThatThrownBy(
            () -> hosted(Handshake.of("TEST_PLUGIN_COOKIE", "wrong", 3), false, plugin -> {}))
        .isInstanceOfSatisfying(
            StartFailure.class,
            failure -> {
              assertThat(failure.diagnosis()).isEqualTo(StartFailure.Diagnosis.COOKIE_REFUSED);
              assertThat(failure.exit().map(Exit::description)).contains("exited with code 1");
            });
  }
}
