package dev.cvt.plugins.doctor;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.Output;
import dev.cvt.plugins.doctor.Report.Origin;
import dev.cvt.plugins.doctor.Report.Printed;
import dev.cvt.plugins.doctor.Report.PrintedLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps the first and the last of what a plugin logs and prints. Thread-safe. */
final class Listener {
  private static final int FIRST = 20;
  private static final int LAST = 80;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<PrintedLine> first = new ArrayList<>(); // guarded by lock
  private final Deque<PrintedLine> last = new ArrayDeque<>(); // guarded by lock
  private long omitted; // guarded by lock
  private final AtomicLong early = new AtomicLong();

  void logged(LogEntry entry) {
    var origin =
        switch (entry.kind()) {
          case STRUCTURED, PREFIXED, PLAIN, CRASH -> Origin.LOG;
          case STRAY -> Origin.STRAY;
          case NOTICE -> Origin.HOST;
        };
    var level = origin == Origin.STRAY ? "" : entry.level().getName();
    if (origin == Origin.STRAY && entry.level() == System.Logger.Level.WARNING) {
      early.incrementAndGet();
    }
    add(new PrintedLine(origin, level, text(entry)));
  }

  void printed(Output output) {
    var origin = output.stream() == Output.Stream.STDOUT ? Origin.STDOUT : Origin.STDERR;
    var cut = output.missing() == 0 ? "" : " [" + output.missing() + " bytes cut]";
    add(new PrintedLine(origin, "", output.text() + cut));
  }

  /** How many lines came on standard output before the handshake line. */
  long early() {
    return early.get();
  }

  private void add(PrintedLine line) {
    lock.lock();
    try {
      if (first.size() < FIRST) {
        first.add(line);
        return;
      }
      last.addLast(line);
      if (last.size() > LAST) {
        last.removeFirst();
        omitted++;
      }
    } finally {
      lock.unlock();
    }
  }

  Printed heard() {
    lock.lock();
    try {
      var lines = new ArrayList<>(first);
      lines.addAll(last);
      return new Printed(lines, omitted, first.size());
    } finally {
      lock.unlock();
    }
  }

  /** The message, its logger before it, its fields after it. */
  private static String text(LogEntry entry) {
    var text = new StringBuilder();
    if (!entry.module().isEmpty()) {
      text.append(entry.module()).append(": ");
    }
    text.append(entry.message());
    entry.fields().forEach((key, value) -> text.append(' ').append(key).append('=').append(value));
    return text.toString();
  }
}
