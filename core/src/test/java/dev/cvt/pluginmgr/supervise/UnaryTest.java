package dev.cvt.pluginmgr.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnaryTest {
  private static final class Broken extends Channel {
    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      throw new OutOfMemoryError("unable to create native thread");
    }

    @Override
    public String authority() {
      return "broken";
    }
  }

  @Test
  void callThatEndsInAnError_isAFailureThatCanBeAudited() {
    var reply =
        Unary.call(
            new Broken(),
            PluginHandshakeGrpc.getInfoMethod(),
            InfoRequest.getDefaultInstance(),
            Duration.ofSeconds(1).toNanos());
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(Codes.UNKNOWN);
              assertThat(failed.description()).isEqualTo("unable to create native thread");
              assertThat(failed.cause()).isInstanceOf(OutOfMemoryError.class);
            });
  }
}
