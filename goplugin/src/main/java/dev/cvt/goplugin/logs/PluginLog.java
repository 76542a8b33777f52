package dev.cvt.goplugin.logs;

import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.LogEntry.Kind;
import dev.cvt.goplugin.Output;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Everything that one plugin has to say, on its way to the sinks. Those who read from the plugin
 * hand lines over and are never held up: the lines wait in a bounded queue, what does not fit or
 * comes as a flood is dropped and counted, and one virtual thread per plugin makes records of the
 * rest and gives them to the sinks, in order. Thread-safe; ends with {@link #close}.
 */
public final class PluginLog implements AutoCloseable {
  private static final int QUEUED_LINES = 4096;
  private static final long QUEUED_BYTES = 8 << 20;

  /** A crash dump is written in one go: after so much silence it is complete. */
  private static final Duration CRASH_QUIET = Duration.ofMillis(300);

  /** How soon a count of dropped lines is told when nothing else comes. */
  private static final Duration DROP_NOTICE = Duration.ofSeconds(1);

  /** How long the sinks may take for what is queued at the end. */
  private static final Duration LAST_LINES = Duration.ofSeconds(1);

  /** How long to wait for what cannot come sooner than a hand-over wakes us. */
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final String plugin;
  private final System.Logger own;
  private final Consumer<LogEntry> logs;
  private final Consumer<Output> output;
  private final UnaryOperator<String> scrubber;
  private final InstantSource clock = InstantSource.system();
  private final ReentrantLock lock = new ReentrantLock();
  private final FloodGate gate = new FloodGate(System::nanoTime); // guarded by lock

  /** Linked, since so many places are 16 KB for each plugin, and most stay empty. */
  private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(QUEUED_LINES);

  private final AtomicLong queuedBytes = new AtomicLong();
  private final Tail tail = new Tail();
  private final Thread delivery;
  private volatile boolean closed;
  private volatile boolean dropping;

  /**
   * Starts the delivery.
   *
   * @param plugin its name, for the thread's
   * @param own where trouble with the sinks is told
   * @param scrubber takes secrets out
   */
  public PluginLog(
      String plugin,
      System.Logger own,
      Consumer<LogEntry> logs,
      Consumer<Output> output,
      UnaryOperator<String> scrubber) {
    this.plugin = plugin;
    this.own = own;
    this.logs = logs;
    this.output = output;
    this.scrubber = scrubber;
    this.delivery = Thread.ofVirtual().name("goplugin-log-" + plugin).start(this::deliver);
  }

  private sealed interface Item {
    long size();

    record StderrLine(String text, long total, Instant read) implements Item {
      @Override
      public long size() {
        return text.length();
      }
    }

    record Printed(Output.Stream stream, String text, long total) implements Item {
      @Override
      public long size() {
        return text.length();
      }
    }

    record Ready(LogEntry entry) implements Item {
      @Override
      public long size() {
        return entry.message().length();
      }
    }

    /** Nothing to deliver, but a reason to look again how long to wait. */
    record Wake() implements Item {
      @Override
      public long size() {
        return 0;
      }
    }
  }

  /** A piece of standard error, as read, for the last words in an error. */
  public void tail(byte[] piece, int length) {
    tail.push(piece, length);
  }

  /** The last of standard error, less secrets. */
  public String lastWords() {
    return tail.text(scrubber);
  }

  /** A line of standard error. */
  public void stderr(byte[] bytes, int length, long total) {
    if (admit(length)) {
      offer(new Item.StderrLine(text(bytes, length), total, clock.instant()));
    }
  }

  /** A line of standard output that is not the handshake line. */
  public void stray(Level level, byte[] bytes, int length, long total) {
    if (admit(length)) {
      offer(
          new Item.Ready(
              entry(level, LongText.cut(scrubber, text(bytes, length), total), Kind.STRAY)));
    }
  }

  /** A line that came over the stdio service. */
  public void printed(Output.Stream stream, byte[] bytes, int length, long total) {
    if (admit(length)) {
      offer(new Item.Printed(stream, text(bytes, length), total));
    }
  }

  /** Something that this library has to say about the plugin. */
  public void notice(Level level, String message) {
    offer(new Item.Ready(entry(level, scrubber.apply(message), Kind.NOTICE)));
  }

  private LogEntry entry(Level level, String message, Kind kind) {
    return new LogEntry(level, message, "", Map.of(), clock.instant(), kind);
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private boolean admit(int length) {
    if (closed) {
      return false;
    }
    boolean taken;
    boolean first;
    lock.lock();
    try {
      taken = gate.admit(length);
      first = !taken && !dropping;
      dropping |= !taken;
    } finally {
      lock.unlock();
    }
    if (first) {
      wake();
    }
    return taken;
  }

  private void offer(Item item) {
    if (queuedBytes.addAndGet(item.size()) <= QUEUED_BYTES && queue.offer(item)) {
      return;
    }
    queuedBytes.addAndGet(-item.size());
    lock.lock();
    try {
      gate.drop(item.size());
      dropping = true; // the queue is not empty, so that the delivery will see it
    } finally {
      lock.unlock();
    }
  }

  /** Where the queue is full, the delivery is awake. */
  private void wake() {
    var _ = queue.offer(new Item.Wake());
  }

  private void deliver() {
    var reader = new LogReader(scrubber);
    long told = System.nanoTime();
    while (true) {
      try {
        var item = queue.poll(patience(reader).toMillis(), TimeUnit.MILLISECONDS);
        if (item != null) {
          queuedBytes.addAndGet(-item.size());
          deliver(item, reader);
          if (dropping && System.nanoTime() - told > DROP_NOTICE.toNanos()) {
            tellDropped();
            told = System.nanoTime();
          }
        } else if (closed) {
          reader.flush().ifPresent(this::give);
          tellDropped();
          return;
        } else {
          reader.flush().ifPresent(this::give);
          tellDropped();
        }
      } catch (InterruptedException e) {
        // A sink left it behind: nobody else knows this thread.
      }
    }
  }

  private Duration patience(LogReader reader) {
    if (closed) {
      return Duration.ZERO;
    }
    if (reader.growing()) {
      return CRASH_QUIET;
    }
    return dropping ? DROP_NOTICE : FOR_EVER;
  }

  private void deliver(Item item, LogReader reader) {
    switch (item) {
      case Item.StderrLine line ->
          reader.line(line.text(), line.total(), line.read()).forEach(this::give);
      case Item.Printed line -> {
        var text = LongText.cut(scrubber, line.text(), line.total());
        guarded(
            () ->
                output.accept(
                    new Output(
                        line.stream(), text, Math.max(0, line.total() - LineAssembler.WHOLE))));
      }
      case Item.Ready ready -> give(ready.entry());
      case Item.Wake() -> {}
    }
  }

  private void tellDropped() {
    FloodGate.Dropped dropped;
    lock.lock();
    try {
      dropped = gate.takeDropped();
      dropping = false;
    } finally {
      lock.unlock();
    }
    if (dropped.any()) {
      give(
          entry(
              Level.WARNING,
              "dropped "
                  + dropped.lines()
                  + " lines ("
                  + dropped.bytes()
                  + " bytes) of its output: it writes faster than is taken",
              Kind.NOTICE));
    }
  }

  private void give(LogEntry entry) {
    guarded(() -> logs.accept(entry));
  }

  /** A sink that throws, be it an error, must not end the delivery for the lines after. */
  private void guarded(Runnable sink) {
    try {
      sink.run();
    } catch (RuntimeException | Error e) {
      own.log(Level.WARNING, "the log sink of plugin " + plugin + " failed on a line", e);
    }
  }

  /** Delivers what is queued, waits for that, but not long, and ends. Later lines go nowhere. */
  @Override
  public void close() {
    closed = true;
    wake();
    if (Thread.currentThread().equals(delivery)) {
      return; // a sink stops its own plugin
    }
    boolean interrupted = false;
    try {
      delivery.join(LAST_LINES);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
