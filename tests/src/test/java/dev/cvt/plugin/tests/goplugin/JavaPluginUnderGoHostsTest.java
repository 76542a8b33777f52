package dev.cvt.plugin.tests.goplugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hosts of go-plugin's own examples, and two of ours on that library, run Java plugins. */
@Timeout(120)
class JavaPluginUnderGoHostsTest {

  @TempDir Path folder;

  /** A file that runs one of the example plugins. */
  private Path plugin(String which) throws IOException {
    Path file = folder.resolve("plugin/" + which);
    Files.createDirectories(folder.resolve("plugin"));
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s %s
        """
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                ExamplePlugin.class.getName(),
                which));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Program host(String name, Object... arguments) throws IOException {
    Path sockets = Files.createDirectories(folder.resolve("tmp"));
    return Program.of(Peers.named(name), arguments).in(folder).with("TMPDIR", sockets);
  }

  private void assertNoSocketIsLeft() {
    assertThat(folder.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void the_key_value_host_puts_and_gets() throws Exception {
    Path plugin = plugin("kv");
    host("grpc-host", "put", "color", "blue")
        .with("KV_PLUGIN", plugin)
        .with("KV_PROTO", "grpc")
        .run()
        .ok();
    Program.Run got =
        host("grpc-host", "get", "color")
            .with("KV_PLUGIN", plugin)
            .with("KV_PROTO", "grpc")
            .run()
            .ok();
    assertThat(got.out()).isEqualTo("blue\n");
    assertNoSocketIsLeft();
  }

  @Test
  void the_counter_host_is_called_back_through_the_broker() throws Exception {
    Path plugin = plugin("counter");
    for (String number : new String[] {"40", "2"}) {
      host("bidirectional-host", "put", "sum", number).with("COUNTER_PLUGIN", plugin).run().ok();
    }
    assertThat(
            host("bidirectional-host", "get", "sum")
                .with("COUNTER_PLUGIN", plugin)
                .run()
                .ok()
                .out())
        .isEqualTo("42\n");
    assertNoSocketIsLeft();
  }

  @Test
  void the_streaming_host_writes_and_reads_in_pieces() throws Exception {
    plugin("streamer");
    Path file = folder.resolve("text");
    Program.Run ran = host("streaming-host", file).run().ok();
    assertThat(file).hasContent("Lorem ipsum dolor sit amet");
    assertThat(ran.err()).contains("received 26 bytes");
    assertNoSocketIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-mtls=true", "-mtls=false"})
  void with_and_without_mutual_tls_the_host_sees_what_it_wants(String mtls) throws Exception {
    Program.Run ran = host("mtls-host", mtls, plugin("kv")).run().ok();
    assertThat(ran.out())
        .contains("\"protocol\":\"grpc\"", "\"version\":1", "\"ping\":\"ok\"", "\"value\":\"v\"")
        .contains("\"exited_after\":true");
    if (mtls.equals("-mtls=true")) {
      assertThat(ran.out())
          .contains("\"tls\":\"TLS 1.3\"", "\"plugin_subject\":\"CN=localhost\"")
          .contains(
              "\"plugin_dns_names\":[\"localhost\"]", "\"plugin_algorithm\":\"ECDSA-SHA256\"");
    } else {
      assertThat(ran.out()).contains("\"tls\":\"\"");
    }
    assertNoSocketIsLeft();
  }

  @Test
  void callbacks_go_through_mutual_tls_too() throws Exception {
    assertThat(host("mtls-bidirectional-host", plugin("counter")).run().ok().out())
        .isEqualTo("sum 42, callbacks 2\n");
    assertNoSocketIsLeft();
  }

  @Test
  void a_host_that_insists_on_multiplexing_is_not_told_that_we_can() throws Exception {
    Program.Run ran = host("mtls-host", "-mtls=false", "-multiplex", plugin("kv")).run();
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains(
            "client requested gRPC broker multiplexing but plugin does not support the feature");
  }
}
