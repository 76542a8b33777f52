package dev.cvt.plugin.sdk.testing;

import dev.cvt.goplugin.PluginServer;
import dev.cvt.plugin.sdk.Plugin;
import dev.cvt.plugin.sdk.service.ServedPlugin;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;

/** A plugin in the JVM of the test, behind a real socket. */
final class InThisJvm implements Connection {

  private final Path folder;
  private final JvmLogs logs;
  private final PluginServer.Running running;
  private final ManagedChannel channel;

  InThisJvm(Plugin plugin, Recorder recorder) {
    PluginServer server =
        new ServedPlugin(
                plugin.name(),
                plugin.version(),
                plugin.registry(),
                plugin.events(),
                plugin.config(),
                plugin.health(),
                plugin.grace(),
                plugin.maxRequest())
            .server();
    try {
      // Short: a socket's path must fit into a socket address.
      folder = Files.createTempDirectory("cvt");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for the socket", e);
    }
    logs = new JvmLogs(recorder);
    try {
      running =
          server.start(
              Map.of("PLUGIN_UNIX_SOCKET_DIR", folder.toString(), "PLUGIN_PROTOCOL_VERSIONS", "1"));
    } catch (RuntimeException e) {
      release();
      throw e;
    }
    channel = running.dial();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public String description() {
    return running.line();
  }

  @Override
  public OptionalInt awaitEnd(Duration patience) throws InterruptedException {
    return running.awaitStopped(patience) ? OptionalInt.of(0) : OptionalInt.empty();
  }

  @Override
  public int stop() {
    running.close();
    channel.shutdownNow();
    release();
    return 0;
  }

  private void release() {
    logs.close();
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of the socket cannot be removed", e);
    }
  }
}
