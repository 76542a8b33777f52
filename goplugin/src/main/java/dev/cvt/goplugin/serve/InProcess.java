package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.channel.EventLoop;
import dev.cvt.goplugin.channel.LocalAddress;
import io.grpc.ClientTransportFilter;
import io.grpc.ManagedChannel;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A plugin served inside a process that is something else, such as a test: nothing of the process
 * is taken over. Thread-safe.
 */
public final class InProcess implements AutoCloseable {

  private final Agreement agreed;
  private final StdioBuffer printed = new StdioBuffer();
  private final Endpoint endpoint;

  /**
   * Serves.
   *
   * @param environment what a host would have set; the cookie is not looked at
   * @throws CannotServe if that is not possible
   */
  public InProcess(Served served, Map<String, String> environment) {
    this.agreed = Agreement.with(HostOffer.read(environment), served, unixSockets());
    this.endpoint = new Endpoint(agreed, served, printed, () -> {});
  }

  /** Whether plugins on this system use Unix sockets; go-plugin's on Windows do not. */
  static boolean unixSockets() {
    return !System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /** The handshake line, without a line end. */
  public String line() {
    return agreed.line().print();
  }

  /** A connection as a host has one, under the same TLS; the caller shuts it down. */
  public ManagedChannel dial() {
    // With a thread of its own, as a host has: the plugin's ends with the plugin.
    EventLoop host = new EventLoop("in-process");
    Listening listening = agreed.listening();
    ManagedChannel channel =
        host.channel(
            LocalAddress.of(listening.network().word(), listening.address()).orElseThrow(),
            agreed.trust().map(HostTrust::security),
            Launch.DEFAULT_MAX_INBOUND,
            () -> {},
            new ClientTransportFilter() {});
    Thread.ofVirtual().name("plugin-in-process-host").start(() -> closeAfter(channel, host));
    return channel;
  }

  private static void closeAfter(ManagedChannel channel, EventLoop host) {
    try (host) {
      channel.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      channel.shutdownNow(); // nobody knows this thread
    }
  }

  /** What is written there goes to the host as the plugin's standard output. */
  public OutputStream stdout() {
    return printed.writer(StdioBuffer.Channel.STDOUT);
  }

  /** What is written there goes to the host as the plugin's standard error. */
  public OutputStream stderr() {
    return printed.writer(StdioBuffer.Channel.STDERR);
  }

  /** Waits until it has stopped; false where it has not in that time. */
  public boolean awaitStopped(Duration patience) throws InterruptedException {
    return endpoint.awaitStopped(patience);
  }

  /** Stops as if the host had asked. Idempotent. */
  @Override
  public void close() {
    endpoint.stop();
  }
}
