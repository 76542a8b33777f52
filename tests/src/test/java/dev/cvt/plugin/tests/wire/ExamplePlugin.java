package dev.cvt.plugin.tests.wire;

import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.PluginServer;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * go-plugin's three gRPC example plugins in one, on our server side: what they keep, they keep in
 * files of the current folder. Run as a program of its own.
 */
public final class ExamplePlugin {

  private static final Duration DIAL = Duration.ofSeconds(10);

  private final Broker broker;
  private Path streamed = Path.of("streamed");
  private int chunk = 1;

  private ExamplePlugin(Broker broker) {
    this.broker = broker;
  }

  public static void main(String[] args) {
    PluginServer.builder(Examples.handshake(1))
        .services(
            1,
            broker -> {
              var example = new ExamplePlugin(broker);
              return List.of(example.keyValue(), example.counter(), example.streamer());
            })
        .build()
        .serve();
  }

  private BindableService keyValue() {
    return () ->
        ServerServiceDefinition.builder("proto.KV")
            .addMethod(
                Examples.KV_PUT,
                ServerCalls.asyncUnaryCall(
                    (request, answers) ->
                        answer(
                            answers,
                            () -> {
                              System.out.println("keeps " + Raw.text(request, 1));
                              System.err.println("keeps " + Raw.text(request, 1));
                              Files.writeString(
                                  value(Raw.text(request, 1)), Raw.text(request, 2) + " (Java)");
                              return Raw.EMPTY;
                            })))
            .addMethod(
                Examples.KV_GET,
                ServerCalls.asyncUnaryCall(
                    (request, answers) ->
                        answer(
                            answers,
                            () ->
                                Raw.with(
                                    Raw.EMPTY, 1, Files.readString(value(Raw.text(request, 1)))))))
            .build();
  }

  private BindableService counter() {
    return () ->
        ServerServiceDefinition.builder("proto.Counter")
            .addMethod(
                Examples.COUNTER_PUT,
                ServerCalls.asyncUnaryCall(
                    (request, answers) ->
                        answer(
                            answers,
                            () -> {
                              var file = value(Raw.text(request, 2));
                              long sum =
                                  sum(
                                      (int) Raw.number(request, 1),
                                      stored(file),
                                      Raw.number(request, 3));
                              Files.writeString(file, Long.toString(sum));
                              return Raw.EMPTY;
                            })))
            .addMethod(
                Examples.COUNTER_GET,
                ServerCalls.asyncUnaryCall(
                    (request, answers) ->
                        answer(
                            answers,
                            () -> Raw.with(Raw.EMPTY, 1, stored(value(Raw.text(request, 1)))))))
            .build();
  }

  /** Lets the host add up: it serves that under the number. */
  private long sum(int server, long a, long b) throws Exception {
    var channel = broker.dial(server, DIAL);
    try {
      var request = Raw.with(Raw.with(Raw.EMPTY, 1, a), 2, b);
      return Raw.number(
          ClientCalls.blockingUnaryCall(channel, Examples.SUM, CallOptions.DEFAULT, request), 1);
    } finally {
      channel.shutdownNow();
    }
  }

  private BindableService streamer() {
    return () ->
        ServerServiceDefinition.builder("proto.StreamerService")
            .addMethod(
                Examples.CONFIGURE,
                ServerCalls.asyncUnaryCall(
                    (request, answers) ->
                        answer(
                            answers,
                            () -> {
                              streamed = Path.of(Raw.text(request, 1));
                              chunk = (int) Raw.number(request, 2);
                              return Raw.EMPTY;
                            })))
            .addMethod(
                Examples.READ,
                ServerCalls.asyncServerStreamingCall((request, answers) -> read(answers)))
            .addMethod(Examples.WRITE, ServerCalls.asyncClientStreamingCall(Writing::new))
            .build();
  }

  private void read(StreamObserver<UnknownFieldSet> answers) {
    try {
      var text = Files.readString(streamed);
      for (int at = 0; at < text.length(); at += chunk) {
        var part = text.substring(at, Math.min(text.length(), at + chunk));
        answers.onNext(Raw.with(Raw.EMPTY, 1, part));
      }
      answers.onCompleted();
    } catch (IOException e) {
      answers.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  private final class Writing implements StreamObserver<UnknownFieldSet> {
    private final StreamObserver<UnknownFieldSet> answers;
    private final StringBuilder text = new StringBuilder();

    Writing(StreamObserver<UnknownFieldSet> answers) {
      this.answers = answers;
    }

    @Override
    public void onNext(UnknownFieldSet part) {
      text.append(Raw.text(part, 1));
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {
      answer(
          answers,
          () -> {
            Files.writeString(streamed, text);
            return Raw.EMPTY;
          });
    }
  }

  private static Path value(String key) {
    return Path.of("kv_" + key);
  }

  private static long stored(Path file) throws IOException {
    return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
  }

  private interface Work {
    UnknownFieldSet run() throws Exception;
  }

  private static void answer(StreamObserver<UnknownFieldSet> answers, Work work) {
    UnknownFieldSet answer;
    try {
      answer = work.run();
    } catch (Exception e) {
      answers.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
      return;
    }
    answers.onNext(answer);
    answers.onCompleted();
  }
}
