package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.goplugin.wire.HealthGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockingCallTest {

  /** The unit letters and the eight digits are those of gRPC's own description of its wire. */
  @ParameterizedTest
  @CsvSource({
    "PT0.000000001S, 1n",
    "PT0.099999999S, 99999999n",
    "PT0.1S, 100000u",
    "PT5S, 5000000u",
    "PT99.999999S, 99999999u",
    "PT100S, 100000m",
    "PT24H, 86400000m",
    "PT48H, 172800S"
  })
  void header_ofATime_isTheShortestThatFits(Duration time, String header) {
    assertThat(BlockingCall.header(time.toNanos())).isEqualTo(header);
  }

  @Test
  void header_ofTheLongestTime_fits() {
    assertThat(BlockingCall.header(Long.MAX_VALUE)).hasSizeLessThanOrEqualTo(9).endsWith("S");
  }

  @Test
  void callThatCannotBeSentForWantOfMemory_isCancelled() {
    var cancelled = new CompletableFuture<Throwable>();
    var exhausted = new OutOfMemoryError("unable to create native thread");
    var channel =
        new Channel() {
          @Override
          public <Q, R> ClientCall<Q, R> newCall(
              MethodDescriptor<Q, R> method, CallOptions options) {
            return new ClientCall<>() {
              @Override
              public void start(Listener<R> listener, Metadata headers) {}

              @Override
              public void request(int count) {}

              @Override
              public void sendMessage(Q message) {}

              @Override
              public void halfClose() {
                throw exhausted;
              }

              @Override
              public void cancel(String why, Throwable cause) {
                cancelled.complete(cause);
              }
            };
          }

          @Override
          public String authority() {
            return "exhausted";
          }
        };
    assertThatThrownBy(
            () ->
                BlockingCall.call(
                    channel,
                    HealthGrpc.getCheckMethod(),
                    CallOptions.DEFAULT,
                    HealthCheckRequest.getDefaultInstance(),
                    Duration.ofSeconds(1)))
        .isSameAs(exhausted);
    assertThat(cancelled).isCompletedWithValue(exhausted);
  }
}
