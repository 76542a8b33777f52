package dev.cvt.plugin.sdk.testing;

import com.google.protobuf.Message;
import dev.cvt.plugin.sdk.Refusal;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Everything that is known of a plugin under test, in the order in which it happened. Thread-safe.
 */
final class Recorder {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition added = lock.newCondition();

  // All guarded by lock.
  private final List<LogLine> logs = new ArrayList<>();
  private final List<Printed> prints = new ArrayList<>();
  private final List<RecordedCall> calls = new ArrayList<>();
  private final Map<String, String> config = new LinkedHashMap<>();

  void log(LogLine line) {
    add(() -> logs.add(line));
  }

  void print(Printed line) {
    add(() -> prints.add(line));
  }

  void accepted(String key, String value) {
    add(() -> config.put(key, value));
  }

  private void add(Runnable change) {
    lock.lock();
    try {
      change.run();
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Makes a call and records it, with its failure as the author would have thrown it. */
  <T extends Message> T call(String method, Message request, Supplier<T> call) {
    try {
      T answer = call.get();
      add(
          () ->
              calls.add(new RecordedCall(method, request, Optional.of(answer), Optional.empty())));
      return answer;
    } catch (StatusRuntimeException e) {
      String message = e.getStatus().getDescription();
      Refusal failure =
          new Refusal(
              Refusal.Code.valueOf(e.getStatus().getCode().name()),
              message == null ? "" : message,
              e);
      add(
          () ->
              calls.add(new RecordedCall(method, request, Optional.empty(), Optional.of(failure))));
      throw failure;
    }
  }

  List<LogLine> logs() {
    return copy(() -> List.copyOf(logs));
  }

  List<Printed> prints() {
    return copy(() -> List.copyOf(prints));
  }

  List<RecordedCall> calls() {
    return copy(() -> List.copyOf(calls));
  }

  Map<String, String> config() {
    return copy(() -> new LinkedHashMap<>(config));
  }

  private <T> T copy(Supplier<T> copy) {
    lock.lock();
    try {
      return copy.get();
    } finally {
      lock.unlock();
    }
  }

  LogLine awaitLog(Predicate<LogLine> wanted, Duration patience) throws InterruptedException {
    return await("log record", logs, wanted, patience);
  }

  Printed awaitPrint(Predicate<Printed> wanted, Duration patience) throws InterruptedException {
    return await("printed line", prints, wanted, patience);
  }

  private <T> T await(String what, List<T> lines, Predicate<T> wanted, Duration patience)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      int seen = 0;
      while (true) {
        for (; seen < lines.size(); seen++) {
          if (wanted.test(lines.get(seen))) {
            return lines.get(seen);
          }
        }
        if (left <= 0) {
          throw new AssertionError(
              "no such " + what + " within " + patience.toMillis() + " ms; there were " + lines);
        }
        left = added.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
