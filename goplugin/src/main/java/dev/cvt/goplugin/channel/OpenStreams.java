package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes on on a connection, by the numbers of the streams. Each is taken out once, by whoever
 * ends it. Thread-safe, but for {@link #number}.
 */
final class OpenStreams {
  /** Streams are numbered by 31 bits, the client's odd; a little earlier it is enough. */
  private static final int LAST = Integer.MAX_VALUE - 1_000_000;

  private final Map<Integer, Exchange> exchanges = new ConcurrentHashMap<>();
  private int next = 1;

  /** The number of the next stream; for one thread at a time. */
  int number() {
    int number = next;
    next += 2;
    return number;
  }

  /** Whether numbers are getting scarce, so that another connection must be opened. */
  static boolean isLast(int number) {
    return number > LAST;
  }

  void add(int number, Exchange exchange) {
    exchanges.put(number, exchange);
  }

  /** Null if nobody waits for that stream any more. */
  @Nullable Exchange get(int number) {
    return exchanges.get(number);
  }

  /** Takes it out; null if somebody else has done so. */
  @Nullable Exchange remove(int number) {
    return exchanges.remove(number);
  }

  /** Tells all that more may be sent. */
  void mayGoOn() {
    exchanges.values().forEach(exchange -> exchange.mayGoOn(0));
  }

  /**
   * Wakes up one who waits and can read the connection.
   *
   * @return false if there is none, and yet an answer that is waited for
   */
  boolean nudge() {
    boolean unattended = false;
    for (var exchange : exchanges.values()) {
      var waiter = exchange.waiter();
      if (waiter != null && waiter.canRead()) {
        waiter.wake();
        return true;
      }
      unattended |= exchange.isCall();
    }
    return !unattended;
  }

  /**
   * Wakes up those whose time is over.
   *
   * @return in how many nanoseconds the next one's is; empty if nobody else has a time
   */
  OptionalLong wakeLate(long now) {
    long next = Long.MAX_VALUE;
    for (var exchange : exchanges.values()) {
      var waiter = exchange.waiter();
      if (waiter != null && waiter.isTimed()) {
        long left = waiter.due() - now;
        if (left <= 0) {
          waiter.wake();
        } else {
          next = Math.min(next, left);
        }
      }
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  boolean isEmpty() {
    return exchanges.isEmpty();
  }

  int size() {
    return exchanges.size();
  }

  /** Ends those that came after this number: the other side has seen none. */
  void refuseAfter(int last) {
    removeAfter(last, Exchange::refused);
  }

  /** Ends all. */
  void end(Status status) {
    removeAfter(0, exchange -> exchange.end(status));
  }

  private void removeAfter(int last, Consumer<Exchange> then) {
    exchanges.forEach(
        (number, exchange) -> {
          if (number > last && exchanges.remove(number, exchange)) {
            then.accept(exchange);
          }
        });
  }
}
