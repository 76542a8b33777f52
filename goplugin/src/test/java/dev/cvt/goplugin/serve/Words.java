package dev.cvt.goplugin.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A service of one method that takes a text and gives one. */
final class Words {

  static final MethodDescriptor<String, String> SAY =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Words/Say")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  private Words() {}

  /** What answers. */
  interface Handler {
    String answer(String text) throws Exception;
  }

  static BindableService service(Handler handler) {
    return () ->
        ServerServiceDefinition.builder("test.Words")
            .addMethod(
                SAY,
                ServerCalls.asyncUnaryCall(
                    (text, answers) -> {
                      String answer;
                      try {
                        answer = handler.answer(text);
                      } catch (RuntimeException e) {
                        throw e;
                      } catch (Exception e) {
                        throw new UndeclaredThrowableException(e);
                      }
                      answers.onNext(answer);
                      answers.onCompleted();
                    }))
            .build();
  }

  static String say(Channel channel, String text) {
    return say(channel, text, Duration.ofSeconds(20));
  }

  static String say(Channel channel, String text, Duration deadline) {
    return ClientCalls.blockingUnaryCall(
        channel,
        SAY,
        CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS),
        text);
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
