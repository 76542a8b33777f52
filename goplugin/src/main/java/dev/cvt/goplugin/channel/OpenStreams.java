package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection that wait for their answers, by the streams that they are on. A call
 * is taken out once, by whoever ends it. Thread-safe, but for {@link #number}.
 */
final class OpenStreams {
  /** Streams are numbered by 31 bits, the client's odd; a little earlier it is enough. */
  private static final int LAST = Integer.MAX_VALUE - 1_000_000;

  private final Map<Integer, DirectCall<?, ?>> calls = new ConcurrentHashMap<>();
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

  void add(int number, DirectCall<?, ?> call) {
    calls.put(number, call);
  }

  /** Null if nobody waits for that stream any more. */
  @Nullable DirectCall<?, ?> get(int number) {
    return calls.get(number);
  }

  /** Takes the call out; null if somebody else has done so. */
  @Nullable DirectCall<?, ?> remove(int number) {
    return calls.remove(number);
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  int size() {
    return calls.size();
  }

  /** Gives those to the general channel that came after this number: the other side saw none. */
  void divertAfter(int last) {
    removeAfter(last, DirectCall::divert);
  }

  /** Ends all. */
  void end(Status status) {
    removeAfter(0, call -> call.end(status));
  }

  private void removeAfter(int last, Consumer<DirectCall<?, ?>> then) {
    calls.forEach(
        (number, call) -> {
          if (number > last && calls.remove(number, call)) {
            then.accept(call);
          }
        });
  }
}
