package dev.cvt.goplugin.channel;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers pings, late. A server built on grpc-go pings to measure its line, one ping at a time, as
 * soon as it is sent data: with this it does so at most 20 times each second and not for every
 * call, each of which it would wake up both sides for twice. Whoever reads answers what cannot
 * wait, so that nothing piles up on the poller's thread.
 */
final class Pongs {
  private static final Duration LATE = Duration.ofMillis(50);

  private final Poller poller;
  private final Outlet outlet;
  private byte @Nullable [] owed; // guarded by the outlet

  Pongs(Poller poller, Outlet outlet) {
    this.poller = poller;
    this.outlet = outlet;
  }

  /**
   * Will answer this ping; one that is still owed is answered at once.
   *
   * @return whether {@link #payLater} must be called for it
   */
  boolean owe(byte[] ping) throws Broken {
    return !outlet.send(
        out -> {
          Incoming.readsWhatItAsksFor(out);
          byte[] earlier = owed;
          owed = ping;
          if (earlier == null) {
            return false;
          }
          out.raw(Http2.PING, Http2.ACK, earlier);
          return true; // the timer is for this one then
        });
  }

  /** On the poller's thread. */
  void payLater() {
    var _ = poller.after(LATE, this::pay);
  }

  private void pay() {
    outlet.send(
        out -> {
          byte[] ping = owed;
          owed = null;
          if (ping != null) {
            out.raw(Http2.PING, Http2.ACK, ping);
          }
          return ping != null;
        });
  }
}
