package dev.cvt.plugin.sdk.packaging;

import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.RunningPlugin;
import dev.cvt.goplugin.StartFailure;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventHandlerGrpc;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.handshake.v1.HealthRequest;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc.PluginHandshakeBlockingStub;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import dev.cvt.plugin.sdk.protocol.CvtProtocol;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a plugin once as a host would, with its JVM recording what it loads and links, and has the
 * JVM make a cache of that, with which later starts take a quarter of the time.
 */
final class Rehearsal {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CALLS = 50;

  private final RuntimeImage image;
  private final String main;
  private final List<String> options;
  private final boolean handlers;

  /**
   * Prepares a run.
   *
   * @param main module and class, as {@code java -m} takes them
   * @param options further ones for the JVM, the same as in later starts
   * @param handlers whether to call the plugin's own methods too, with empty requests
   */
  Rehearsal(RuntimeImage image, String main, List<String> options, boolean handlers) {
    this.image = image;
    this.main = main;
    this.options = options;
    this.handlers = handlers;
  }

  /** Runs it and leaves the cache in the image. */
  void run() throws IOException, InterruptedException, StartFailure {
    Path recorded = Files.createTempFile("cvt-plugin-rehearsal", ".aotconf");
    try {
      perform(jvm("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recorded));
      List<String> create = new ArrayList<>(List.of(image.java().toString()));
      create.addAll(
          jvm(
              "-XX:AOTMode=create",
              "-XX:AOTConfiguration=" + recorded,
              "-XX:AOTCache=" + image.folder().resolve(RuntimeImage.CACHE)));
      Tool.run("the JVM that makes the start-up cache", create);
    } finally {
      Files.deleteIfExists(recorded);
    }
    image.settle();
  }

  private List<String> jvm(String... first) {
    List<String> arguments = new ArrayList<>(List.of(first));
    arguments.addAll(options);
    arguments.addAll(List.of("-m", main));
    return arguments;
  }

  private void perform(List<String> arguments)
      throws IOException, InterruptedException, StartFailure {
    Launch launch =
        Launch.builder(image.java(), CvtProtocol.HANDSHAKE)
            .name("rehearsal")
            .arguments(arguments)
            .environment(Map.of("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin")))
            .startTimeout(PATIENCE)
            .stopGrace(PATIENCE) // the record is written at the end, and takes seconds
            .build();
    try (PluginHost host = PluginHost.builder().name("pack-plugin").build();
        RunningPlugin plugin = host.start(launch)) {
      call(plugin.channel());
      plugin.health(PATIENCE);
      plugin.stop();
    }
  }

  private void call(Channel channel) {
    PluginHandshakeBlockingStub handshake =
        PluginHandshakeGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    InfoResponse info = handshake.info(InfoRequest.getDefaultInstance());
    for (int call = 0; call < CALLS; call++) {
      handshake.health(HealthRequest.getDefaultInstance());
    }
    if (handlers) {
      attempt(() -> handshake.setConfig(SetConfigRequest.getDefaultInstance()));
      if (info.getServicesList().contains(CvtProtocol.REGISTRY)) {
        callRegistry(channel);
      }
      if (info.getServicesList().contains(CvtProtocol.EVENTS)) {
        callEvents(channel);
      }
    }
  }

  private static void callRegistry(Channel channel) {
    var registry =
        RegistryProviderGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    attempt(() -> registry.fetchSchema(FetchSchemaRequest.getDefaultInstance()));
    attempt(
        () -> registry.registerConsumerUsage(RegisterConsumerUsageRequest.getDefaultInstance()));
  }

  private static void callEvents(Channel channel) {
    var events =
        EventHandlerGrpc.newBlockingStub(channel)
            .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    attempt(
        () -> events.onBreakingChangeDetected(BreakingChangeDetectedRequest.getDefaultInstance()));
    attempt(() -> events.onValidationFailed(ValidationFailedRequest.getDefaultInstance()));
  }

  /** An empty request may well be refused; the way to the refusal has been recorded then. */
  private static void attempt(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      System.err.println("rehearsal: " + e.getMessage());
    }
  }
}
