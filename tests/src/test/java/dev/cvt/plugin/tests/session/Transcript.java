package dev.cvt.plugin.tests.session;

import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One session as text. Calls stand in the order in which they began; what runs beside them, and
 * begins or comes in pieces as chance has it, stands in sections of its own: the two long streams,
 * and questions for health, of which equal ones count once. Thread-safe.
 */
final class Transcript {

  static final String BROKER = "plugin.GRPCBroker/StartStream";
  static final String STDIO = "plugin.GRPCStdio/StreamStdio";
  private static final String SHUTDOWN = "plugin.GRPCController/Shutdown";
  private static final String HEALTH = "grpc.health.v1.Health/";
  private static final String MAIN = "calls";

  private final Volatile names;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();

  // All guarded by lock.
  private final TreeMap<String, String> variables = new TreeMap<>();
  private final Map<String, List<Noted>> connections = new LinkedHashMap<>();
  private final TreeMap<String, StringBuilder> printed = new TreeMap<>();
  private String line = "";
  private String end = "ended by its host";

  Transcript(Volatile names) {
    this.names = names;
    connections.put(MAIN, new ArrayList<>());
  }

  /** What the host gave. */
  void variable(String name, String value) {
    locked(() -> variables.put(name, value));
  }

  /** What the plugin printed. */
  void line(String text) {
    locked(() -> line = text);
  }

  /** How the plugin ended. */
  void end(String text) {
    locked(() -> end = text);
  }

  /** What the plugin's output came to, on one of its streams. */
  void printed(String stream, byte[] bytes) {
    locked(
        () ->
            printed
                .computeIfAbsent(stream, s -> new StringBuilder())
                .append(new String(bytes, StandardCharsets.UTF_8)));
  }

  /** Waits until both streams have brought that text. */
  void awaitPrinted(String text, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (printed.values().stream().filter(s -> s.indexOf(text) >= 0).count() < 2) {
        if (left <= 0) {
          throw new AssertionError("\"" + text + "\" did not come twice, but " + printed);
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a call of that method on the main connection was answered. */
  void awaitAnswered(String method, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (of(method).stream().allMatch(call -> call.responses.isEmpty())) {
        if (left <= 0) {
          throw new AssertionError("no answer of " + method);
        }
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes the calls of the main connection. */
  Noting main() {
    return new Noting(MAIN);
  }

  /** Notes the calls of a further connection. */
  Noting further(String title) {
    locked(() -> connections.computeIfAbsent(title, t -> new ArrayList<>()));
    return new Noting(title);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The notes of one connection. */
  final class Noting {
    private final String connection;

    private Noting(String connection) {
      this.connection = connection;
    }

    Noted call(String method, boolean deadline) {
      var call = new Noted(method, deadline);
      locked(() -> connections.get(connection).add(call));
      return call;
    }
  }

  /** The notes of one call. */
  final class Noted {
    private final String method;
    private final boolean deadline;
    private final List<String> requests = new ArrayList<>(); // guarded by lock
    private final List<String> responses = new ArrayList<>(); // guarded by lock
    private Status status = Status.OK; // guarded by lock

    private Noted(String method, boolean deadline) {
      this.method = method;
      this.deadline = deadline;
    }

    void request(byte[] message) {
      locked(() -> requests.add(names.hide(Spelling.request(method, message))));
    }

    void response(byte[] message) {
      locked(() -> responses.add(names.hide(Spelling.response(method, message))));
    }

    void end(Status status) {
      locked(() -> this.status = status);
    }

    private void write(StringBuilder text) {
      text.append("  ").append(method).append(deadline ? "  (with a deadline)\n" : "\n");
      requests.forEach(request -> text.append("    > ").append(request).append('\n'));
      responses.forEach(response -> text.append("    < ").append(response).append('\n'));
      if (!status.isOk()) {
        text.append("    ! ").append(status.getCode()).append(": ");
        text.append(names.hide(String.valueOf(status.getDescription()))).append('\n');
      }
    }

    /** As {@link #write}, of a call whose end and answer depend on who is faster. */
    private void writeWithoutEnd(StringBuilder text) {
      text.append("  ").append(method).append(deadline ? "  (with a deadline)\n" : "\n");
      requests.forEach(request -> text.append("    > ").append(request).append('\n'));
      if (status.getCode() == Status.Code.UNIMPLEMENTED) {
        text.append("    ! not served\n");
      }
    }
  }

  /** All of it. */
  String text() {
    lock.lock();
    try {
      var text = new StringBuilder("variables\n");
      variables.forEach((name, value) -> text.append("  " + name + "=" + value + "\n"));
      text.append("line\n  ").append(line).append('\n');
      writeBeside(text);
      connections.forEach((title, calls) -> writeCalls(title, calls, text));
      text.append("stop\n");
      of(SHUTDOWN).forEach(call -> call.writeWithoutEnd(text));
      return text.append("  ").append(end).append('\n').toString();
    } finally {
      lock.unlock();
    }
  }

  private void writeBeside(StringBuilder text) {
    text.append("beside the calls\n");
    for (var stream : of(BROKER)) {
      stream.writeWithoutEnd(text);
      stream.responses.forEach(response -> text.append("    < ").append(response).append('\n'));
    }
    for (var stream : of(STDIO)) {
      stream.writeWithoutEnd(text);
    }
    printed.forEach(
        (stream, bytes) ->
            bytes
                .toString()
                .lines()
                .forEach(one -> text.append("    < " + stream + " " + one + "\n")));
    var questions = new TreeSet<String>();
    for (var call : connections.get(MAIN)) {
      if (call.method.startsWith(HEALTH)) {
        var question = new StringBuilder();
        call.write(question);
        questions.add(question.toString());
      }
    }
    questions.forEach(text::append);
  }

  private List<Noted> of(String method) {
    return connections.get(MAIN).stream().filter(call -> call.method.equals(method)).toList();
  }

  private static void writeCalls(String title, List<Noted> calls, StringBuilder text) {
    text.append(title).append('\n');
    for (var call : calls) {
      switch (call.method) {
        case BROKER, STDIO, SHUTDOWN -> {}
        default -> {
          if (!call.method.startsWith(HEALTH)) {
            call.write(text);
          }
        }
      }
    }
  }
}
