package dev.cvt.plugin.sdk.testing;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventHandlerGrpc;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.handshake.v1.HealthRequest;
import dev.cvt.plugin.handshake.v1.HealthResponse;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import dev.cvt.plugin.sdk.EventHandler;
import dev.cvt.plugin.sdk.Plugin;
import dev.cvt.plugin.sdk.Refusal;
import dev.cvt.plugin.sdk.RegistryProvider;
import io.grpc.stub.AbstractBlockingStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A plugin that runs for a test, which is its host.
 *
 * <pre>{@code
 * try (var plugin = TestedPlugin.inThisJvm(MyPlugin.plugin())) {
 *   plugin.configure(Map.of("base_url", "http://localhost:8080"));
 *   var answer = plugin.registry().fetchSchema(FetchSchemaRequest.newBuilder()...);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Every call goes over a real socket and fails with a {@link Refusal} as the plugin
 * threw it, or with the code that gRPC gave the failure.
 */
public final class TestedPlugin implements AutoCloseable {

  /** How long a call may take unless said otherwise, which is what CVT gives it. */
  public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);

  private final Recorder recorder;
  private final Connection connection;
  private volatile Duration deadline = DEFAULT_DEADLINE;
  private volatile OptionalInt exit = OptionalInt.empty();

  private TestedPlugin(Recorder recorder, Connection connection) {
    this.recorder = recorder;
    this.connection = connection;
  }

  /**
   * Runs a plugin in the JVM of the test. What it logs is recorded with everything else that this
   * JVM logs meanwhile; what it prints goes where the test's own prints go.
   */
  public static TestedPlugin inThisJvm(Plugin plugin) {
    Recorder recorder = new Recorder();
    return new TestedPlugin(recorder, new InThisJvm(plugin, recorder));
  }

  /** As {@link #asProcess(Path, List, Map)}, without arguments and further variables. */
  public static TestedPlugin asProcess(Path program) throws InterruptedException {
    return asProcess(program, List.of(), Map.of());
  }

  /**
   * Runs a plugin as a process of its own, such as the packed file.
   *
   * @param program what to execute
   * @param arguments for the program; hosts give none
   * @param environment variables besides PATH, HOME, LANG and TZ, which are handed down
   * @throws AssertionError if it does not start; the message says why
   * @throws InterruptedException if interrupted; nothing is left then
   */
  public static TestedPlugin asProcess(
      Path program, List<String> arguments, Map<String, String> environment)
      throws InterruptedException {
    Recorder recorder = new Recorder();
    return new TestedPlugin(recorder, new ChildProcess(program, arguments, environment, recorder));
  }

  /** How long each call may take from now on. Default 5 s. */
  public TestedPlugin deadline(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  private <S extends AbstractBlockingStub<S>> S timed(S stub) {
    return stub.withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What the plugin says it is. */
  public InfoResponse info() {
    InfoRequest request = InfoRequest.getDefaultInstance();
    return recorder.call(
        "Info",
        request,
        () -> timed(PluginHandshakeGrpc.newBlockingStub(connection.channel())).info(request));
  }

  /** Whether the plugin says that it is well. */
  public boolean healthy() {
    HealthRequest request = HealthRequest.getDefaultInstance();
    HealthResponse answer =
        recorder.call(
            "Health",
            request,
            () -> timed(PluginHandshakeGrpc.newBlockingStub(connection.channel())).health(request));
    return answer.getStatus() == HealthResponse.Status.SERVING;
  }

  /**
   * Delivers values as a host does, in the order of their keys.
   *
   * @throws Refusal if one is refused; those before it were accepted
   */
  public TestedPlugin configure(Map<String, String> values) {
    new TreeMap<>(values).forEach(this::configure);
    return this;
  }

  /**
   * Delivers one value.
   *
   * @throws Refusal if it is refused
   */
  public TestedPlugin configure(String key, String value) {
    SetConfigRequest request = SetConfigRequest.newBuilder().setKey(key).setValue(value).build();
    recorder.call(
        "SetConfig",
        request,
        () -> timed(PluginHandshakeGrpc.newBlockingStub(connection.channel())).setConfig(request));
    recorder.accepted(key, value);
    return this;
  }

  /** The plugin's registry, as a host calls it. */
  public RegistryProvider registry() {
    return new RegistryProvider() {
      @Override
      public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
        return recorder.call(
            "FetchSchema",
            request,
            () ->
                timed(RegistryProviderGrpc.newBlockingStub(connection.channel()))
                    .fetchSchema(request));
      }

      @Override
      public RegisterConsumerUsageResponse registerConsumerUsage(
          RegisterConsumerUsageRequest request) {
        return recorder.call(
            "RegisterConsumerUsage",
            request,
            () ->
                timed(RegistryProviderGrpc.newBlockingStub(connection.channel()))
                    .registerConsumerUsage(request));
      }
    };
  }

  /** The plugin's event handler, as a host calls it. */
  public EventHandler events() {
    return new EventHandler() {
      @Override
      public EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request) {
        return recorder.call(
            "OnBreakingChangeDetected",
            request,
            () ->
                timed(EventHandlerGrpc.newBlockingStub(connection.channel()))
                    .onBreakingChangeDetected(request));
      }

      @Override
      public EventResponse onValidationFailed(ValidationFailedRequest request) {
        return recorder.call(
            "OnValidationFailed",
            request,
            () ->
                timed(EventHandlerGrpc.newBlockingStub(connection.channel()))
                    .onValidationFailed(request));
      }
    };
  }

  /** The values that were accepted so far, in the order of their delivery. */
  public Map<String, String> accepted() {
    return recorder.config();
  }

  /** The calls that this object has made so far. */
  public List<RecordedCall> calls() {
    return recorder.calls();
  }

  /** What was logged so far; of a process, what has arrived so far. */
  public List<LogLine> logs() {
    return recorder.logs();
  }

  /** What a process has printed so far; nothing in this JVM. */
  public List<Printed> printed() {
    return recorder.prints();
  }

  /**
   * Waits for a log record, as long as a call may take.
   *
   * @throws AssertionError if none comes; the message lists those that did
   */
  public LogLine awaitLog(Predicate<LogLine> wanted) throws InterruptedException {
    return recorder.awaitLog(wanted, deadline);
  }

  /**
   * Waits for a line that a process printed, as long as a call may take.
   *
   * @throws AssertionError if none comes; the message lists those that did
   */
  public Printed awaitPrinted(Predicate<Printed> wanted) throws InterruptedException {
    return recorder.awaitPrint(wanted, deadline);
  }

  /**
   * Waits for the plugin to end by itself, as long as a call may take.
   *
   * @return the exit code of a process, -1 if a signal ended it; 0 in this JVM
   * @throws AssertionError if it goes on
   */
  public int awaitExit() throws InterruptedException {
    Duration patience = deadline;
    return connection
        .awaitEnd(patience)
        .orElseThrow(
            () ->
                new AssertionError(
                    "the plugin still runs after "
                        + patience.toMillis()
                        + " ms; it logged "
                        + logs()));
  }

  /**
   * Stops the plugin as a host does and waits for its end. Idempotent.
   *
   * @return the exit code of a process, -1 if it had to be killed; 0 in this JVM
   */
  public synchronized int stop() throws InterruptedException {
    if (exit.isEmpty()) {
      exit = OptionalInt.of(connection.stop());
    }
    return exit.getAsInt();
  }

  /** As {@link #stop}; an interrupt is kept. */
  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "plugin under test, " + connection.description();
  }
}
