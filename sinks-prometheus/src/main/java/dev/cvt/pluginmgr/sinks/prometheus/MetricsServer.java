package dev.cvt.pluginmgr.sinks.prometheus;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * Serves a registry at {@code /metrics}, on threads that do not keep the process alive.
 *
 * @param address where it does, with the port that it got
 */
record MetricsServer(URI address, HTTPServer server) implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.pluginmgr.sinks.prometheus");

  /**
   * One for each request. simpleclient would have five for all of them, each taken for as long as
   * its client likes: the time limits that it sets come too late for the JDK's server to see.
   */
  private static final ThreadFactory THREADS =
      Thread.ofVirtual().name("pluginmgr-metrics-", 0).factory();

  /**
   * Starts listening.
   *
   * @throws UncheckedIOException if the address cannot be had, with what to do
   */
  static MetricsServer start(Address address, CollectorRegistry registry) {
    InetSocketAddress socket = new InetSocketAddress(address.host(), address.port());
    if (socket.isUnresolved()) {
      throw refused(address, "the host is unknown", new IOException("unresolved host"));
    }
    try {
      HTTPServer server =
          new HTTPServer.Builder()
              .withInetSocketAddress(socket)
              .withRegistry(registry)
              .withDaemonThreads(true)
              .withExecutorService(Executors.newThreadPerTaskExecutor(THREADS))
              .build();
      URI url = URI.create("http://" + address.withPort(server.getPort()) + "/metrics");
      LOG.log(System.Logger.Level.INFO, "metrics are served at {0}", url);
      return new MetricsServer(url, server);
    } catch (BindException e) {
      throw refused(address, String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT), e);
    } catch (IOException e) {
      throw refused(address, String.valueOf(e.getMessage()), e);
    }
  }

  /** Stops it, and frees the port. */
  @Override
  public void close() {
    server.close();
  }

  private static UncheckedIOException refused(Address address, String why, IOException cause) {
    return new UncheckedIOException(
        "metrics cannot be served at %s: %s; stop what listens there, or set another listen in pluginmgr.yaml (port 0 takes a free one)"
            .formatted(address, why),
        cause);
  }
}
