package dev.cvt.pluginmgr.process;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventHandlerGrpc;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.handshake.v1.HealthRequest;
import dev.cvt.plugin.handshake.v1.HealthResponse;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The plugin of these tests, run as a program of its own. Its first argument says in which way it
 * misbehaves while it is started, {@code echo} if in none; what it does in a call stands in the
 * call's schema id.
 */
final class TestPlugin {
  private static final List<String> ACCEPTED = Collections.synchronizedList(new ArrayList<>());
  private static final AtomicBoolean HEALTHY = new AtomicBoolean(true);

  private final String mode;
  private Runnable hangUp = () -> {};

  private TestPlugin(String mode) {
    this.mode = mode;
  }

  /**
   * Serves.
   *
   * @param args the mode, then the version that it reports
   */
  public static void main(String[] args) throws Exception {
    var plugin = new TestPlugin(args[0]);
    if (args[0].equals("healthless")) {
      plugin.serveWithoutHealth(args[1]);
      return;
    }
    HEALTHY.set(!args[0].equals("sick"));
    var server =
        PluginServer.builder(Handshake.of("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", 1))
            .health(HEALTHY::get);
    if (args[0].equals("stranger")) {
      server.services(plugin.registry());
    } else {
      server.services(plugin.handshake(args[1]), plugin.registry(), plugin.events());
    }
    server.build().serve();
  }

  /** What a server has that knows gRPC alone, and nothing of the services around a plugin. */
  private void serveWithoutHealth(String version) throws Exception {
    var server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(handshake(version))
            .addService(registry())
            .addService(events())
            .build()
            .start();
    hangUp = server::shutdownNow;
    System.out.println("1|1|tcp|127.0.0.1:" + server.getPort() + "|grpc");
    server.awaitTermination();
    Thread.sleep(600_000); // it lives on without
  }

  private PluginHandshakeGrpc.PluginHandshakeImplBase handshake(String version) {
    return new PluginHandshakeGrpc.PluginHandshakeImplBase() {
      @Override
      public void info(InfoRequest request, StreamObserver<InfoResponse> answer) {
        if (mode.equals("dies-in-info")) {
          die(7);
        }
        if (mode.equals("hangs-in-info")) {
          hang();
        }
        var info =
            InfoResponse.newBuilder()
                .setName("test")
                .setVersion(version)
                .setProtocolVersion(mode.equals("protocol-2") ? 2 : 1);
        switch (mode) {
          case "unknown-services" -> info.addServices("weather.v3");
          default -> info.addServices("registry.v1").addServices("events.v1");
        }
        reply(answer, info.build());
      }

      @Override
      public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> answer) {
        if (mode.equals("dies-in-config")) {
          die(8);
        }
        if (mode.equals("hangs-in-config")) {
          hang();
        }
        if (mode.equals("refuses-config")) {
          answer.onError(
              Status.INVALID_ARGUMENT
                  .withDescription("no good: " + request.getValue())
                  .asRuntimeException());
          return;
        }
        ACCEPTED.add(request.getKey() + "=" + request.getValue());
        reply(answer, SetConfigResponse.getDefaultInstance());
      }

      @Override
      public void health(HealthRequest request, StreamObserver<HealthResponse> answer) {
        reply(
            answer,
            HealthResponse.newBuilder()
                .setStatus(
                    HEALTHY.get() && !mode.equals("sick-by-cvt")
                        ? HealthResponse.Status.SERVING
                        : HealthResponse.Status.NOT_SERVING)
                .build());
      }
    };
  }

  private RegistryProviderGrpc.RegistryProviderImplBase registry() {
    return new RegistryProviderGrpc.RegistryProviderImplBase() {
      @Override
      public void fetchSchema(
          FetchSchemaRequest request, StreamObserver<FetchSchemaResponse> answer) {
        String[] words = request.getSchemaId().split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
          case "exit" -> die(Integer.parseInt(rest));
          case "hang" -> hang();
          case "wait" -> spec(answer, waitFor(Path.of(rest)));
          case "hang-up" -> hangUp.run();
          case "fail" -> {
            String[] failure = rest.split(" ", 2);
            answer.onError(
                Status.fromCode(Status.Code.valueOf(failure[0]))
                    .withDescription(failure[1])
                    .asRuntimeException());
          }
          case "big" -> spec(answer, ByteString.copyFrom(new byte[Integer.parseInt(rest)]));
          case "config" -> spec(answer, String.join("\n", ACCEPTED));
          case "environment" -> spec(answer, lines(new TreeMap<>(System.getenv())));
          case "deadline" -> {
            Deadline deadline = Context.current().getDeadline();
            spec(
                answer,
                deadline == null ? "none" : "" + deadline.timeRemaining(TimeUnit.MILLISECONDS));
          }
          case "log" -> {
            String[] entry = rest.split(" ", 2);
            System.getLogger("test.registry")
                .log(System.Logger.Level.valueOf(entry[0].toUpperCase(Locale.ROOT)), entry[1]);
            spec(answer, "logged");
          }
          case "sick" -> {
            HEALTHY.set(false);
            spec(answer, "sick");
          }
          case "pid" -> spec(answer, "" + ProcessHandle.current().pid());
          default -> spec(answer, request.getRequestId());
        }
      }
    };
  }

  private EventHandlerGrpc.EventHandlerImplBase events() {
    return new EventHandlerGrpc.EventHandlerImplBase() {
      @Override
      public void onBreakingChangeDetected(
          BreakingChangeDetectedRequest request, StreamObserver<EventResponse> answer) {
        reply(answer, EventResponse.newBuilder().setAcknowledged(true).build());
      }
    };
  }

  private static String lines(Map<String, String> variables) {
    var text = new StringBuilder();
    variables.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return text.toString();
  }

  private static void spec(StreamObserver<FetchSchemaResponse> answer, String text) {
    spec(answer, ByteString.copyFromUtf8(text));
  }

  private static void spec(StreamObserver<FetchSchemaResponse> answer, ByteString bytes) {
    reply(answer, FetchSchemaResponse.newBuilder().setSpec(bytes).build());
  }

  private static <T> void reply(StreamObserver<T> answer, T message) {
    answer.onNext(message);
    answer.onCompleted();
  }

  /** Ends at once, with words on the real standard error. */
  private static void die(int code) {
    try (var stderr = new FileOutputStream(FileDescriptor.err)) {
      stderr.write("going down with hushhush-token-42\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Then without words.
    }
    Runtime.getRuntime().halt(code);
  }

  /** Says in a file that it waits, then does so for another. */
  private static String waitFor(Path file) {
    try {
      mark();
      while (!Files.exists(file)) {
        Thread.sleep(50);
      }
      return "waited";
    } catch (IOException | InterruptedException e) {
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    }
  }

  private static void mark() throws IOException {
    String marker = System.getProperty("marker");
    if (marker != null) {
      Files.writeString(Path.of(marker), "hanging");
    }
  }

  /** Says in a file that it hangs, then does, for longer than any test. */
  private static void hang() {
    try {
      mark();
      Thread.sleep(600_000);
    } catch (IOException | InterruptedException e) {
      throw Status.CANCELLED.withCause(e).asRuntimeException();
    }
  }
}
