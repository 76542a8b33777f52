package dev.cvt.plugin.tests.goplugin;

import static io.grpc.MethodDescriptor.MethodType.CLIENT_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING;
import static io.grpc.MethodDescriptor.MethodType.UNARY;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.PluginServer;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The plugins of go-plugin's examples in Java: {@code kv}, {@code counter} (which calls the host
 * back) and {@code streamer}. Like theirs, they keep their values in files of the current folder.
 */
final class ExamplePlugin {

  private static final Handshake HANDSHAKE = Handshake.of("BASIC_PLUGIN", "hello", 1);

  private ExamplePlugin() {}

  public static void main(String[] arguments) {
    PluginServer.builder(HANDSHAKE)
        .services(
            1,
            broker ->
                List.of(
                    switch (arguments[0]) {
                      case "kv" -> keyValue();
                      case "counter" -> counter(broker);
                      default -> streamer();
                    }))
        .build()
        .serve();
  }

  /** A method that may throw. */
  private interface Method {
    UnknownFieldSet call(UnknownFieldSet request) throws Exception;
  }

  private static ServerCalls.UnaryMethod<UnknownFieldSet, UnknownFieldSet> unary(Method method) {
    return (request, answers) -> {
      UnknownFieldSet answer;
      try {
        answer = method.call(request);
      } catch (NoSuchFileException e) {
        throw Status.UNKNOWN
            .withDescription("no such file: " + e.getMessage())
            .asRuntimeException();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new UndeclaredThrowableException(e);
      }
      answers.onNext(answer);
      answers.onCompleted();
    };
  }

  private static Path file(UnknownFieldSet request, int number) {
    return Path.of("kv_" + Wire.bytes(request, number).toStringUtf8());
  }

  private static BindableService keyValue() {
    return () ->
        ServerServiceDefinition.builder("proto.KV")
            .addMethod(
                Wire.method("KV/Get", UNARY),
                ServerCalls.asyncUnaryCall(
                    unary(
                        request ->
                            Wire.put(
                                    UnknownFieldSet.newBuilder(),
                                    1,
                                    ByteString.copyFrom(Files.readAllBytes(file(request, 1))))
                                .build())))
            .addMethod(
                Wire.method("KV/Put", UNARY),
                ServerCalls.asyncUnaryCall(
                    unary(
                        request -> {
                          Files.write(file(request, 1), Wire.bytes(request, 2).toByteArray());
                          return Wire.EMPTY;
                        })))
            .build();
  }

  private static BindableService counter(Broker broker) {
    return () ->
        ServerServiceDefinition.builder("proto.Counter")
            .addMethod(
                Wire.method("Counter/Get", UNARY),
                ServerCalls.asyncUnaryCall(
                    unary(
                        request ->
                            Wire.put(UnknownFieldSet.newBuilder(), 1, read(file(request, 1)))
                                .build())))
            .addMethod(
                Wire.method("Counter/Put", UNARY),
                ServerCalls.asyncUnaryCall(
                    unary(
                        request -> {
                          Path file = file(request, 2);
                          long before = Files.exists(file) ? read(file) : 0;
                          int helper = (int) Wire.number(request, 1);
                          long sum = sum(broker, helper, before, Wire.number(request, 3));
                          Files.writeString(file, Long.toString(sum));
                          return Wire.EMPTY;
                        })))
            .build();
  }

  private static long read(Path file) throws IOException {
    return Long.parseLong(Files.readString(file));
  }

  /** Has the host add two numbers. */
  private static long sum(Broker broker, int helper, long a, long b) throws Exception {
    ManagedChannel host = broker.dial(helper, Duration.ofSeconds(5));
    try {
      UnknownFieldSet.Builder request = UnknownFieldSet.newBuilder();
      Wire.put(request, 1, a);
      Wire.put(request, 2, b);
      UnknownFieldSet answer =
          ClientCalls.blockingUnaryCall(
              host, Wire.method("AddHelper/Sum", UNARY), CallOptions.DEFAULT, request.build());
      return Wire.number(answer, 1);
    } finally {
      host.shutdownNow();
    }
  }

  /** What the host set the streamer to. */
  private record Settings(Path file, int chunk) {}

  private static BindableService streamer() {
    Settings[] settings = new Settings[1];
    return () ->
        ServerServiceDefinition.builder("proto.StreamerService")
            .addMethod(
                Wire.method("StreamerService/Configure", UNARY),
                ServerCalls.asyncUnaryCall(
                    unary(
                        request -> {
                          settings[0] =
                              new Settings(
                                  Path.of(Wire.bytes(request, 1).toStringUtf8()),
                                  (int) Wire.number(request, 2));
                          return Wire.EMPTY;
                        })))
            .addMethod(
                Wire.method("StreamerService/Read", SERVER_STREAMING),
                ServerCalls.asyncServerStreamingCall(
                    (request, answers) -> stream(settings[0], answers)))
            .addMethod(
                Wire.method("StreamerService/Write", CLIENT_STREAMING),
                ServerCalls.asyncClientStreamingCall(
                    answers -> collect(settings[0].file(), answers)))
            .build();
  }

  private static void stream(Settings settings, StreamObserver<UnknownFieldSet> answers) {
    try {
      ByteString all = ByteString.copyFrom(Files.readAllBytes(settings.file()));
      for (int at = 0; at < all.size(); at += settings.chunk()) {
        ByteString chunk = all.substring(at, Math.min(all.size(), at + settings.chunk()));
        answers.onNext(Wire.put(UnknownFieldSet.newBuilder(), 1, chunk).build());
      }
      answers.onCompleted();
    } catch (IOException e) {
      throw new UndeclaredThrowableException(e);
    }
  }

  private static StreamObserver<UnknownFieldSet> collect(
      Path file, StreamObserver<UnknownFieldSet> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(UnknownFieldSet chunk) {
        try {
          Files.write(
              file,
              Wire.bytes(chunk, 1).toByteArray(),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
        } catch (IOException e) {
          throw new UndeclaredThrowableException(e);
        }
      }

      @Override
      public void onError(Throwable thrown) {
        throw new IllegalStateException("the host gave up", thrown);
      }

      @Override
      public void onCompleted() {
        answers.onNext(Wire.EMPTY);
        answers.onCompleted();
      }
    };
  }
}
