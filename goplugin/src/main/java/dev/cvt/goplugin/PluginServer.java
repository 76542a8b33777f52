package dev.cvt.goplugin;

import dev.cvt.goplugin.serve.InProcess;
import dev.cvt.goplugin.serve.PluginProcess;
import dev.cvt.goplugin.serve.Served;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The plugin's side of go-plugin: gRPC services that any go-plugin host can start and call.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   PluginServer.builder(Handshake.of("MY_COOKIE", "x", 1))
 *       .services(new GreeterService())
 *       .build()
 *       .serve();
 * }
 * }</pre>
 *
 * <p>Beside the given services it answers go-plugin's own (stop, standard streams, extra
 * connections) and the standard health service. Server reflection is left out: it would bring a
 * dozen jars along for the sake of people who explore a plugin by hand. Immutable.
 */
public final class PluginServer {

  /** How long calls in flight may take once a stop has begun: go-plugin's hosts kill after 2 s. */
  public static final Duration DEFAULT_GRACE = Duration.ofMillis(1500);

  /** The largest request, in bytes, as in go-plugin: 4 MiB. */
  public static final int DEFAULT_MAX_MESSAGE = 4 << 20;

  private static final String EXPLANATION =
      """
      This program is a plugin and is not meant to be executed directly: the application that
      uses it starts it. Install it there, and run that application.\
      """;

  private final Handshake handshake;
  private final Served served;
  private final String explanation;

  private PluginServer(Handshake handshake, Served served, String explanation) {
    this.handshake = handshake;
    this.served = served;
    this.explanation = explanation;
  }

  /**
   * Begins a description.
   *
   * @param handshake the cookie to look for, and the versions of the application's protocol that
   *     the plugin speaks; the highest that the host speaks too is served
   */
  public static Builder builder(Handshake handshake) {
    return new Builder(handshake);
  }

  /**
   * Takes over this process and serves until the host asks it to stop or is gone; to be called from
   * {@code main}. Does not return: the process exits with 0 after a stop, and with 1 where it
   * cannot begin, having said why (to a person in words, to a host as a log record on standard
   * error).
   *
   * <p>From here on {@link System#out} and {@link System#err} go to the host through its stdio
   * service; the real standard output carries the handshake line and nothing else, the real
   * standard error the log. Everything logged through {@link System.Logger} or {@code
   * java.util.logging}, at any level, goes to the host as JSON with level, logger name and, for
   * each parameter that is a {@link Map.Entry}, a field; gRPC, Netty and the JDK from INFO up.
   * SIGINT is ignored. Handlers run on virtual threads and are interrupted when their call is
   * cancelled; what they throw becomes {@code INTERNAL} with its message, and a log record.
   *
   * <p>The log is carried by a handler of {@code java.util.logging} that this method puts up, and
   * by no {@link System.LoggerFinder}: the JDK's own finder leads {@link System.Logger} to {@code
   * java.util.logging} anyway, gRPC and Netty log there directly, which a finder would not see, and
   * one in this module would take over the log of every host that has the module in its graph.
   *
   * <p>When the host stops the plugin, new calls are refused and those in flight may finish within
   * the grace. SIGTERM does the same. When the host's process is gone, the plugin ends as well.
   */
  public void serve() {
    PluginProcess.serve(handshake, served, explanation);
  }

  /**
   * Serves within this process, for tests: takes over nothing of the process, and looks for no
   * cookie. Handlers and calls are real, and so is the socket.
   *
   * @param environment what a host would have set, such as {@code PLUGIN_UNIX_SOCKET_DIR}; may be
   *     empty
   * @throws CannotServe if there is no place for the socket, or the like
   */
  public Running start(Map<String, String> environment) {
    return new Running(new InProcess(served, environment));
  }

  /** A plugin that is served within this process. Thread-safe. */
  public static final class Running implements AutoCloseable {
    private final InProcess process;

    private Running(InProcess process) {
      this.process = process;
    }

    /** The handshake line that a host would read, without a line end. */
    public String line() {
      return process.line();
    }

    /** A new connection, as a host has one. The caller shuts it down. */
    public ManagedChannel dial() {
      return process.dial();
    }

    /**
     * What is written there reaches the host as the plugin's standard output. Never blocks long.
     */
    public OutputStream stdout() {
      return process.stdout();
    }

    /** What is written there reaches the host as the plugin's standard error. Never blocks long. */
    public OutputStream stderr() {
      return process.stderr();
    }

    /** Waits until it has stopped, by {@link #close} or by a call of the host's. */
    public boolean awaitStopped(Duration patience) throws InterruptedException {
      return process.awaitStopped(patience);
    }

    /** Stops as if the host had asked: waits for calls in flight, up to the grace. Idempotent. */
    @Override
    public void close() {
      process.close();
    }
  }

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private final Handshake handshake;
    private final Map<Integer, Function<Broker, List<BindableService>>> services = new HashMap<>();
    private BooleanSupplier healthy = () -> true;
    private Duration grace = DEFAULT_GRACE;
    private int maxMessage = DEFAULT_MAX_MESSAGE;
    private String explanation = EXPLANATION;

    private Builder(Handshake handshake) {
      this.handshake = handshake;
    }

    /** What every version of the protocol serves that is not given services of its own. */
    public Builder services(BindableService... services) {
      List<BindableService> same = List.of(services);
      for (int version : handshake.versions()) {
        this.services.putIfAbsent(version, broker -> same);
      }
      return this;
    }

    /**
     * What one version of the protocol serves.
     *
     * @param version one of the handshake's
     * @param services makes the services; called once, when the host has chosen this version. The
     *     broker is for services that call the host back
     * @throws IllegalArgumentException if the handshake does not name the version
     */
    public Builder services(int version, Function<Broker, List<BindableService>> services) {
      if (!handshake.versions().contains(version)) {
        throw new IllegalArgumentException(
            "the handshake names the versions " + handshake.versions() + ", not " + version);
      }
      this.services.put(version, services);
      return this;
    }

    /** What the health service asks, on any thread, often. Default: always healthy. */
    public Builder health(BooleanSupplier healthy) {
      this.healthy = healthy;
      return this;
    }

    /** How long calls in flight may take once a stop has begun. Default 1.5 s; 0 cuts them. */
    public Builder grace(Duration grace) {
      if (grace.isNegative()) {
        throw new IllegalArgumentException("the grace must be 0 or more, not " + grace);
      }
      this.grace = grace;
      return this;
    }

    /** The largest request that is taken, in bytes. Default 4 MiB. */
    public Builder maxMessage(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("the largest request must be over 0, not " + bytes);
      }
      this.maxMessage = bytes;
      return this;
    }

    /** What a person reads who starts the program by hand. Default: that it is a plugin. */
    public Builder explanation(String text) {
      this.explanation = text;
      return this;
    }

    /**
     * The finished server; nothing runs yet.
     *
     * @throws IllegalStateException if a version of the handshake was given no services
     */
    public PluginServer build() {
      for (int version : handshake.versions()) {
        if (!services.containsKey(version)) {
          throw new IllegalStateException(
              "version "
                  + version
                  + " of the protocol has no services; give it a list, or an empty one");
        }
      }
      return new PluginServer(
          handshake, new Served(services, healthy, grace, maxMessage), explanation);
    }
  }
}
