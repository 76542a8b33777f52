package dev.cvt.goplugin;

import io.grpc.ClientInterceptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What to start and how: a program, what to agree on, what it gets, and the bounds of everything.
 * Immutable; one launch may be started any number of times.
 */
public final class Launch {
  /** What go-plugin waits for a start. */
  public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

  /** How long each step of the stop ladder waits. */
  public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(2);

  /** The largest answer that is accepted, in bytes. */
  public static final int DEFAULT_MAX_INBOUND = 64 << 20;

  private final Path program;
  private final Handshake handshake;
  private final String name;
  private final List<String> arguments;
  private final Map<String, String> environment;
  private final Optional<Path> directory;
  private final Duration startTimeout;
  private final Duration stopGrace;
  private final int maxInbound;
  private final int maxOutbound;
  private final boolean autoMtls;
  private final boolean strictLine;
  private final boolean mustServe;
  private final Optional<String> socketGroup;
  private final Optional<Consumer<LogEntry>> logs;
  private final Optional<Consumer<Output>> output;
  private final UnaryOperator<String> scrubber;
  private final List<ClientInterceptor> interceptors;

  private Launch(Builder b) {
    program = b.program;
    handshake = b.handshake;
    name = b.name;
    arguments = b.arguments;
    environment = Map.copyOf(b.environment);
    directory = Optional.ofNullable(b.directory);
    startTimeout = b.startTimeout;
    stopGrace = b.stopGrace;
    maxInbound = b.maxInbound;
    maxOutbound = b.maxOutbound;
    autoMtls = b.autoMtls;
    strictLine = b.strictLine;
    mustServe = b.mustServe;
    socketGroup = Optional.ofNullable(b.socketGroup);
    logs = Optional.ofNullable(b.logs);
    output = Optional.ofNullable(b.output);
    scrubber = unfailing(b.scrubber);
    interceptors = b.interceptors;
  }

  /**
   * Begins a description.
   *
   * @param program the file to execute; made absolute against the current folder. A path of another
   *     file system than the default one is refused at the start
   * @param handshake what to agree on
   */
  public static Builder builder(Path program, Handshake handshake) {
    return new Builder(program, handshake);
  }

  /** The file to execute, absolute. */
  public Path program() {
    return program;
  }

  /** What to agree on. */
  public Handshake handshake() {
    return handshake;
  }

  /** The name in logs, errors and thread names; the file's name unless set. */
  public String name() {
    return name;
  }

  /** Arguments after the program; none unless set, and none is what go-plugin gives. */
  public List<String> arguments() {
    return arguments;
  }

  /** The variables that the program gets, besides those of the protocol. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The program's working folder; this program's if empty. */
  public Optional<Path> directory() {
    return directory;
  }

  /** How long everything up to a working connection may take. */
  public Duration startTimeout() {
    return startTimeout;
  }

  /** How long each step of the stop ladder waits. */
  public Duration stopGrace() {
    return stopGrace;
  }

  /** The largest answer that is accepted, in bytes. */
  public int maxInbound() {
    return maxInbound;
  }

  /** The largest request that is sent, in bytes. */
  public int maxOutbound() {
    return maxOutbound;
  }

  /** Whether both sides make one-time certificates and trust exactly those. */
  public boolean autoMtls() {
    return autoMtls;
  }

  /** Whether the first line on standard output must be the handshake line, as go-plugin has it. */
  public boolean strictLine() {
    return strictLine;
  }

  /** Whether a start also asks the health service, and fails unless that is well. */
  public boolean mustServe() {
    return mustServe;
  }

  /** The group, by name or number, that may use the sockets. */
  public Optional<String> socketGroup() {
    return socketGroup;
  }

  /** Where its log goes; the host's logger if empty. */
  public Optional<Consumer<LogEntry>> logs() {
    return logs;
  }

  /** Where its output goes; the log, at {@code DEBUG}, if empty. */
  public Optional<Consumer<Output>> output() {
    return output;
  }

  /** Takes secrets out of every text of the plugin's that leaves by accident. */
  public UnaryOperator<String> scrubber() {
    return scrubber;
  }

  /** What every call through the plugin's channel passes, the first outermost. */
  public List<ClientInterceptor> interceptors() {
    return interceptors;
  }

  /** A text that cannot be looked through is not shown, and those who read on do so. */
  private static UnaryOperator<String> unfailing(UnaryOperator<String> given) {
    return text -> {
      try {
        return Objects.requireNonNull(given.apply(text));
      } catch (RuntimeException | StackOverflowError e) {
        return "(left out: what takes secrets out of it failed with "
            + e.getClass().getName()
            + ")";
      }
    };
  }

  /** Collects the parts; not thread-safe. */
  public static final class Builder {
    private final Path program;
    private final Handshake handshake;
    private String name;
    private List<String> arguments = List.of();
    private final Map<String, String> environment = new TreeMap<>();
    private @Nullable Path directory;
    private Duration startTimeout = DEFAULT_START_TIMEOUT;
    private Duration stopGrace = DEFAULT_STOP_GRACE;
    private int maxInbound = DEFAULT_MAX_INBOUND;
    private int maxOutbound = Integer.MAX_VALUE;
    private boolean autoMtls;
    private boolean strictLine;
    private boolean mustServe;
    private @Nullable String socketGroup;
    private @Nullable Consumer<LogEntry> logs;
    private @Nullable Consumer<Output> output;
    private UnaryOperator<String> scrubber = UnaryOperator.identity();
    private List<ClientInterceptor> interceptors = List.of();

    private Builder(Path program, Handshake handshake) {
      this.program = program.toAbsolutePath();
      this.handshake = handshake;
      var file = program.getFileName();
      this.name = file == null ? program.toString() : file.toString();
    }

    /** The name in logs, errors and thread names. Default: the file's name. */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /** Arguments after the program. Default: none. */
    public Builder arguments(List<String> arguments) {
      this.arguments = List.copyOf(arguments);
      return this;
    }

    /**
     * The variables that the program gets: exactly these, nothing is inherited. Default: none. The
     * protocol's own ({@code PLUGIN_*}, the cookie), {@code TMPDIR} and the orphan guard's mark are
     * set over them; a {@code PLUGIN_*} variable of the protocol that this start does not set is
     * taken out.
     */
    public Builder environment(Map<String, String> environment) {
      this.environment.clear();
      this.environment.putAll(environment);
      return this;
    }

    /** The program's working folder, which must exist. Default: this program's. */
    public Builder directory(Path directory) {
      this.directory = directory;
      return this;
    }

    /** How long everything up to a working connection may take. Default 60 s, as go-plugin. */
    public Builder startTimeout(Duration timeout) {
      this.startTimeout = positive("start timeout", timeout);
      return this;
    }

    /** How long each step of the stop ladder waits. Default 2 s. */
    public Builder stopGrace(Duration grace) {
      this.stopGrace = positive("stop grace", grace);
      return this;
    }

    /** The largest answer that is accepted, in bytes. Default 64 MiB. */
    public Builder maxInbound(int bytes) {
      this.maxInbound = positive("largest answer", bytes);
      return this;
    }

    /**
     * The largest request that is sent, in bytes. Default: no bound of the host's own. A Go plugin
     * refuses requests over 4 MiB unless it says otherwise.
     */
    public Builder maxOutbound(int bytes) {
      this.maxOutbound = positive("largest request", bytes);
      return this;
    }

    /** Whether both sides make one-time certificates and trust exactly those. Default: no. */
    public Builder autoMtls(boolean on) {
      this.autoMtls = on;
      return this;
    }

    /**
     * Whether the first line on standard output must be the handshake line. Default: no; up to
     * 10,000 other lines and 4 MiB before it are logged as warnings.
     */
    public Builder strictLine(boolean on) {
      this.strictLine = on;
      return this;
    }

    /**
     * Whether a start also asks the standard health service, within its timeout, and fails unless
     * the answer is {@code SERVING}. A plugin without that service passes. Default: no, as
     * go-plugin.
     */
    public Builder mustServe(boolean on) {
      this.mustServe = on;
      return this;
    }

    /** A group, by name or number, that may use the sockets besides the owner. Default: none. */
    public Builder socketGroup(String group) {
      this.socketGroup = group;
      return this;
    }

    /**
     * Where its log goes. Default: the host's logger. Called by one thread at a time; while it does
     * not return, records wait in a bounded queue and are then dropped with a count. The plugin is
     * never held up.
     */
    public Builder logs(Consumer<LogEntry> sink) {
      this.logs = sink;
      return this;
    }

    /** Where its output after the handshake goes; as {@link #logs}. Default: the log. */
    public Builder output(Consumer<Output> sink) {
      this.output = sink;
      return this;
    }

    /**
     * What takes secrets out of texts: log records, output, standard error in errors. Called with
     * whole lines, by several threads. A text on which it throws is left out. Default: nothing is
     * taken out.
     */
    public Builder scrubber(UnaryOperator<String> scrubber) {
      this.scrubber = scrubber;
      return this;
    }

    /** What every call through the plugin's channel passes, the first outermost. Default: none. */
    public Builder interceptors(List<ClientInterceptor> interceptors) {
      this.interceptors = List.copyOf(interceptors);
      return this;
    }

    /** The finished description. */
    public Launch build() {
      return new Launch(this);
    }

    private static Duration positive(String what, Duration value) {
      if (!value.isPositive()) {
        throw new IllegalArgumentException("the " + what + " must be more than 0, not " + value);
      }
      return value;
    }

    private static int positive(String what, int value) {
      if (value <= 0) {
        throw new IllegalArgumentException("the " + what + " must be more than 0, not " + value);
      }
      return value;
    }
  }
}
