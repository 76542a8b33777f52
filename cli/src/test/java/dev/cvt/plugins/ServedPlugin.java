package dev.cvt.plugins;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The server half of a plugin, in the JVM of the test: its process is a shell script that prints
 * the line with this server's socket, and ends when it sees the file that stands for the stop.
 */
final class ServedPlugin implements AutoCloseable {
  private final PluginServer.Running running;
  private final Path stop;
  private volatile boolean closed;

  /**
   * Serves.
   *
   * @param folder short, of its own; nothing needs to be in it
   */
  ServedPlugin(Path folder, boolean healthy, BindableService... services) throws IOException {
    this.stop = folder.resolve("stop");
    this.running =
        PluginServer.builder(Handshake.of("UNUSED", "unused", 1))
            .services(services)
            .health(() -> healthy)
            .build()
            .start(Map.of("PLUGIN_UNIX_SOCKET_DIR", folder.toString()));
    Thread.ofVirtual().start(this::waitForTheStop);
  }

  private void waitForTheStop() {
    try {
      while (!running.awaitStopped(Duration.ofMinutes(5))) {
        Thread.onSpinWait(); // a test takes less
      }
      if (!closed) {
        end();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody knows this thread", e);
    }
  }

  /** The process is to end by itself. */
  void end() {
    try {
      Files.write(stop, new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  String socket() {
    return running.line().split("\\|", -1)[3];
  }

  /** What ends the process, when it is there. */
  Path stop() {
    return stop;
  }

  @Override
  public void close() {
    closed = true;
    running.close();
  }
}
