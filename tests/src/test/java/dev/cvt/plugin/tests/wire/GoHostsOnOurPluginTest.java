package dev.cvt.plugin.tests.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that others wrote. Each starts the plugin anew, runs one command, and stops it. */
final class GoHostsOnOurPluginTest {

  @TempDir Path folder;
  private Path plugin;

  @BeforeEach
  void writeScript() throws IOException {
    plugin = script(folder.resolve("java-plugin"));
  }

  private static Path script(Path file) throws IOException {
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s
        """
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                ExamplePlugin.class.getName()));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void grpcHost_putsAndGets() {
    keyValue("put", "a", "b").ok();
    assertThat(keyValue("get", "a").ok().out()).isEqualTo("b (Java)\n");
    assertThat(folder.resolve("kv_a")).hasContent("b (Java)");
  }

  private Program.Run keyValue(Object... arguments) {
    return Program.of(Peers.named("grpc-host"), arguments)
        .with("KV_PLUGIN", plugin)
        .with("KV_PROTO", "grpc")
        .in(folder)
        .run();
  }

  @Test
  void grpcHost_whatIsMissing_isTheErrorOfThePlugin() {
    var run = keyValue("get", "nothing");
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .isEqualTo(
            "error: rpc error: code = Internal desc = java.nio.file.NoSuchFileException:"
                + " kv_nothing\n");
  }

  @Test
  void bidirectionalHost_isCalledBack() {
    counter("put", "c", "40").ok();
    counter("put", "c", "2").ok();
    assertThat(counter("get", "c").ok().out()).isEqualTo("42\n");
  }

  private Program.Run counter(Object... arguments) {
    return Program.of(Peers.named("bidirectional-host"), arguments)
        .with("COUNTER_PLUGIN", plugin)
        .in(folder)
        .run();
  }

  @Test
  void bidirectionalHostUnderAutoMtls_isCalledBack() {
    var run = Program.of(Peers.named("mtls-bidirectional-host"), plugin).in(folder).run().ok();
    assertThat(run.out()).isEqualTo("sum 42, callbacks 2\n");
  }

  @Test
  void streamingHost_writesAndReads() throws IOException {
    script(Files.createDirectories(folder.resolve("plugin")).resolve("streamer"));
    var file = folder.resolve("streamed");
    var run = Program.of(Peers.named("streaming-host"), file).in(folder).run().ok();
    assertThat(file).hasContent("Lorem ipsum dolor sit amet");
    assertThat(run.err()).contains("\"bytes\":\"Lorem ipsum dolor sit amet\"");
  }

  @Test
  void hostUnderAutoMtls_seesOneCertificateAndTls13() throws IOException {
    var run = Program.of(Peers.named("mtls-host"), plugin).in(folder).run().ok();
    assertThat(JSON.std.mapFrom(run.out()))
        .containsEntry("protocol", "grpc")
        .containsEntry("version", 1)
        .containsEntry("tls", "TLS 1.3")
        .containsEntry("plugin_algorithm", "ECDSA-SHA256")
        .containsEntry("value", "v (Java)")
        .containsEntry("ping", "ok")
        .containsEntry("exited_after", true);
  }

  /** Go's host refuses a plugin without the seventh field, and says so. */
  @Test
  void hostThatInsistsOnMultiplexing_isToldByTheMissingField() throws IOException {
    var run =
        Program.of(Peers.named("mtls-host"), "-mtls=false", "-multiplex", plugin)
            .in(folder)
            // The host kills the plugin at once, which then cannot remove its socket.
            .with("TMPDIR", folder)
            .run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(JSON.std.mapFrom(run.out()))
        .containsEntry("exited_after", true)
        .extractingByKey("error")
        .asString()
        .startsWith(
            "client requested gRPC broker multiplexing but plugin does not support the feature");
  }
}
