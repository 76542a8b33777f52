package dev.cvt.goplugin.channel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers pings, late. A server built on grpc-go pings to measure its line, one ping at a time, as
 * soon as it is sent data: with this it does so at most 20 times each second and not for every
 * call, each of which it would wake up both sides for twice. For the poller's thread.
 */
final class Pongs {
  private static final Duration LATE = Duration.ofMillis(50);

  private final Poller poller;
  private final Outlet outlet;
  private byte @Nullable [] owed;

  Pongs(Poller poller, Outlet outlet) {
    this.poller = poller;
    this.outlet = outlet;
  }

  /** Will answer this ping; one that is still owed is answered at once. */
  void owe(byte[] ping) {
    if (owed == null) {
      poller.after(LATE, this::pay);
    } else {
      pay(); // the timer is for this one then
    }
    owed = ping;
  }

  private void pay() {
    byte[] ping = owed;
    owed = null;
    if (ping != null) {
      outlet.tell(out -> out.raw(Http2.PING, Http2.ACK, ping));
    }
  }
}
