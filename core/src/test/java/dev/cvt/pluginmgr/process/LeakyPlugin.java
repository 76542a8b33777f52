package dev.cvt.pluginmgr.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A plugin that gives its secrets away wherever it can. It has them from its configuration, and the
 * first also from the variable {@code LEAKED}. The mode {@code refuse} has it refuse its
 * configuration, naming what it refuses.
 */
final class LeakyPlugin {

  /** Up to the one of which a caller hears nothing, UNIMPLEMENTED. */
  private static final int CODES = 11;

  private final List<String> secrets = new ArrayList<>();
  private final String mode;

  private LeakyPlugin(String mode) {
    this.mode = mode;
  }

  /**
   * Serves.
   *
   * @param args the mode
   */
  public static void main(String[] args) {
    var plugin = new LeakyPlugin(args[0]);
    raw(FileDescriptor.err, "before the line: " + System.getenv("LEAKED") + "\n");
    PluginServer.builder(Handshake.of("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1", 1))
        .services(plugin.handshake(), plugin.registry())
        .build()
        .serve();
  }

  private PluginHandshakeGrpc.PluginHandshakeImplBase handshake() {
    return new PluginHandshakeGrpc.PluginHandshakeImplBase() {
      @Override
      public void info(InfoRequest request, StreamObserver<InfoResponse> answer) {
        answer.onNext(
            InfoResponse.newBuilder()
                .setName("leaky " + System.getenv("LEAKED"))
                .setVersion("1.0+" + System.getenv("LEAKED"))
                .setProtocolVersion(1)
                .addServices("registry.v1")
                .addServices("other/" + System.getenv("LEAKED"))
                .build());
        answer.onCompleted();
      }

      @Override
      public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> answer) {
        secrets.add(request.getValue());
        if (mode.equals("refuse")) {
          answer.onError(failure(Status.Code.INVALID_ARGUMENT, request.getValue()));
          return;
        }
        answer.onNext(SetConfigResponse.getDefaultInstance());
        answer.onCompleted();
      }
    };
  }

  private RegistryProviderGrpc.RegistryProviderImplBase registry() {
    return new RegistryProviderGrpc.RegistryProviderImplBase() {
      @Override
      public void fetchSchema(
          FetchSchemaRequest request, StreamObserver<FetchSchemaResponse> answer) {
        var words = request.getSchemaId().split(" ", 2);
        switch (words[0]) {
          case "print" -> secrets.forEach(LeakyPlugin.this::print);
          case "fail" -> {
            int number = Integer.parseInt(words[1]);
            var forms = allForms();
            if (number < forms.size()) {
              var code = Status.fromCodeValue(1 + number % CODES).getCode();
              answer.onError(failure(code, forms.get(number)));
              return;
            }
          }
          default -> crash();
        }
        answer.onNext(FetchSchemaResponse.newBuilder().setResolvedVersion("done").build());
        answer.onCompleted();
      }
    };
  }

  /** Those that fit into a header. */
  private List<String> allForms() {
    return secrets.stream()
        .filter(secret -> secret.length() < 500)
        .flatMap(secret -> LeakForms.of(secret).values().stream())
        .toList();
  }

  /** In the words, in the details of the status, and in trailers of both kinds. */
  private static RuntimeException failure(Status.Code code, String text) {
    var trailers = new Metadata();
    var bytes = text.getBytes(UTF_8);
    trailers.put(
        Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER), bytes);
    trailers.put(Metadata.Key.of("leak-bin", Metadata.BINARY_BYTE_MARSHALLER), bytes);
    trailers.put(
        Metadata.Key.of("leak", Metadata.ASCII_STRING_MARSHALLER), text.replaceAll("[^ -~]", "?"));
    return Status.fromCode(code)
        .withDescription("it is " + text)
        .withCause(new IllegalStateException(text))
        .asRuntimeException(trailers);
  }

  private void print(String secret) {
    LeakForms.of(secret)
        .forEach(
            (form, text) -> {
              System.out.println(form + " on stdout: " + text);
              System.err.println(form + " on stderr: " + text);
              raw(FileDescriptor.err, form + ": " + text + "\n");
              raw(FileDescriptor.err, "[ERROR] " + form + ": " + text + "\n");
              raw(FileDescriptor.err, record(text));
              System.getLogger("leaky").log(System.Logger.Level.ERROR, form + " logged: " + text);
            });
    System.getLogger("leaky").log(System.Logger.Level.WARNING, "thrown", new IOException(secret));
    System.getLogger("leaky")
        .log(System.Logger.Level.INFO, "the short one is " + LeakForms.SHORT + "!");
    slowly(FileDescriptor.err, secret);
    slowly(FileDescriptor.out, secret);
    LeakForms.of(secret).values().forEach(text -> slowly(FileDescriptor.err, text));
    // Across the place where a line that is too long is cut.
    raw(FileDescriptor.err, "#".repeat((64 << 10) - secret.length() / 2) + secret + "#\n");
    raw(FileDescriptor.err, secret); // and a line that never ends
    raw(FileDescriptor.err, "\n");
  }

  /** A record as go-plugin's logger writes it, with the text in each part. */
  private static String record(String text) {
    var json = new StringBuilder();
    var parts =
        Map.of("@module", text, "@message", text, "field", text, text, "value", "@caller", text);
    parts.forEach(
        (key, value) -> json.append(quoted(key)).append(':').append(quoted(value)).append(','));
    return "{" + json + "\"@level\":\"warn\",\"deep\":{\"er\":[" + quoted(text) + "]}}\n";
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  /** As a Go program ends: a dump, and a code of its own. */
  private void crash() {
    raw(FileDescriptor.err, "panic: " + secrets.getFirst() + "\n\ngoroutine 1 [running]:\n");
    for (var secret : secrets) {
      LeakForms.of(secret)
          .forEach((form, text) -> raw(FileDescriptor.err, "main." + form + "(" + text + ")\n"));
      slowly(FileDescriptor.err, secret);
    }
    Runtime.getRuntime().halt(2);
  }

  private static void raw(FileDescriptor where, String text) {
    try {
      stream(where).write(text.getBytes(UTF_8));
    } catch (IOException e) {
      // Nobody listens.
    }
  }

  /** A byte at a time. */
  private static void slowly(FileDescriptor where, String text) {
    try {
      var stream = stream(where);
      for (byte b : (text + "\n").getBytes(UTF_8)) {
        stream.write(b);
      }
    } catch (IOException e) {
      // Nobody listens.
    }
  }

  /** Not closed: the descriptor is everybody's. */
  private static OutputStream stream(FileDescriptor where) {
    return new FileOutputStream(where);
  }
}
