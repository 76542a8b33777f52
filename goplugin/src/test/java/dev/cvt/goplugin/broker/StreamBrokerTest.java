package dev.cvt.goplugin.broker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.Broker;
import dev.cvt.goplugin.wire.ConnInfo;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StreamBrokerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** Nothing is served, and whoever is to be connected to is told by a failure. */
  private static final class Refusing implements StreamBroker.Sockets {
    @Override
    public StreamBroker.Listener listen(List<? extends BindableService> services)
        throws IOException {
      throw new IOException("no socket");
    }

    @Override
    public ManagedChannel connect(String network, String address) throws IOException {
      throw new IOException(address);
    }
  }

  private static ConnInfo announcement(int id) {
    return ConnInfo.newBuilder()
        .setServiceId(id)
        .setNetwork("unix")
        .setAddress("socket " + id)
        .build();
  }

  @Test
  void manyThatNobodyDials_doNotKeepTheNextFromBeingHeard() {
    try (var broker = new StreamBroker(new Refusing())) {
      int last = 2 * StreamBroker.REMEMBERED;
      for (int id = 1; id <= last; id++) {
        broker.announced(announcement(id));
      }

      assertThatThrownBy(() -> broker.dial(last, LONG))
          .isInstanceOf(Broker.NoConnection.class)
          .hasRootCauseMessage("socket " + last);
      assertThatThrownBy(() -> broker.dial(1, Duration.ofMillis(1)))
          .hasMessageContaining("the other side announced nothing within 1 ms");
    }
  }

  @Test
  void brokerOfAPluginThatHasEnded_makesNoSocket_andSaysSo() {
    var broker = new StreamBroker(new Refusing());
    broker.close();

    assertThatThrownBy(() -> broker.serve(1, List.of()))
        .isInstanceOf(Broker.NoConnection.class)
        .hasMessage("broker connection 1: the plugin has ended; start it again");
  }

  @Test
  void oneWhoWaits_isNotForgottenForThem() throws Exception {
    try (var broker = new StreamBroker(new Refusing())) {
      var dialled = new CompletableFuture<Throwable>();
      var waiting =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      broker.dial(7, LONG);
                    } catch (Broker.NoConnection | InterruptedException e) {
                      dialled.complete(e);
                    }
                  });
      while (waiting.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      for (int id = 8; id < 8 + 2 * StreamBroker.REMEMBERED; id++) {
        broker.announced(announcement(id));
      }
      broker.announced(announcement(7));

      assertThatThrownBy(
              () -> {
                throw dialled.get();
              })
          .hasRootCauseMessage("socket 7");
    }
  }
}
