package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.launch.FirstLine.Sighting;
import dev.cvt.goplugin.logs.LineAssembler;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.posix.Memory;
import dev.cvt.goplugin.posix.ProcessTable;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that was started, with both its pipes being drained for as long as anybody holds their
 * other ends. The readers are platform threads: a read from a pipe cannot be taken off its carrier,
 * and as many virtual threads would hold up everybody else's. Standard error has its own for as
 * long as the process lives; standard output only where there is something to be read, see {@link
 * Stdout}. Thread-safe.
 */
public final class Child {
  /** How long the pipes may take to run dry after the end; descendants may hold them for ever. */
  private static final Duration LAST_BYTES = Duration.ofMillis(250);

  private static final int SIGNALLED = 128;

  private final Process process;
  private final PluginLog log;
  private final Stdout stdout;
  private final Instant started;
  private final long startedNanos;
  private final long outOfMemoryBefore;
  private final Optional<ProcessTable.Entry> entry;
  private final CountDownLatch drained = new CountDownLatch(2);
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private final CompletableFuture<Exit> exit = new CompletableFuture<>();
  private volatile boolean asked;

  /**
   * Takes a process just started and begins to read.
   *
   * @param name for the threads
   * @param strict whether the handshake line must come first
   * @param lookout looks at standard output while nobody reads it
   * @param sightings is told what standard output brings, by the thread that reads it
   */
  public Child(
      String name,
      Process process,
      boolean strict,
      ProcessTable table,
      PluginLog log,
      Lookout lookout,
      Consumer<Sighting> sightings) {
    this.process = process;
    this.log = log;
    this.started = Instant.now();
    this.startedNanos = System.nanoTime();
    this.outOfMemoryBefore = Memory.kills();
    this.entry = table.find(process.pid());
    var search =
        new FirstLine(
            strict,
            (early, bytes, length, total) ->
                log.stray(early ? Level.WARNING : Level.DEBUG, bytes, length, total));
    this.stdout =
        new Stdout(name, process.getInputStream(), search, sightings, lookout, drained::countDown);
    stdout.start();
    PipeReader.start(name + "-stderr", this::readStderr);
    // Not Process.onExit, which needs the common pool: others may have blocked that.
    Thread.ofVirtual().name("goplugin-exit-" + name).start(this::awaitEnd);
  }

  private void awaitEnd() {
    while (true) {
      try {
        int status = process.waitFor();
        gone.complete(null);
        stdout.readToEnd();
        exit.complete(ended(status));
        return;
      } catch (InterruptedException e) {
        // Nobody knows this thread: once more.
      }
    }
  }

  private void readStderr() {
    var assembler = new LineAssembler();
    PipeReader.readAll(
        process.getErrorStream(),
        (piece, length) -> {
          log.tail(piece, length);
          assembler.push(piece, length, log::stderr);
        });
    assembler.flush(log::stderr);
    drained.countDown();
  }

  private Exit ended(int status) throws InterruptedException {
    var uptime = Duration.ofNanos(System.nanoTime() - startedNanos);
    var _ = drained.await(LAST_BYTES.toMillis(), TimeUnit.MILLISECONDS);
    var signal = status > SIGNALLED ? SignalName.of(status - SIGNALLED) : Optional.<String>empty();
    return new Exit(
        signal.isPresent() ? OptionalInt.empty() : OptionalInt.of(status),
        signal,
        signal.filter("SIGKILL"::equals).isPresent() && Memory.kills() > outOfMemoryBefore,
        asked,
        log.lastWords(),
        uptime);
  }

  /** The handshake line is settled: whatever else comes on standard output is none. */
  public void lineSettled() {
    stdout.lineSettled();
  }

  /** From now on an end counts as asked for. */
  public void asked() {
    asked = true;
    stdout.readToEnd(); // it may have much to say, and should not be held up
  }

  /** Its id. */
  public long pid() {
    return process.pid();
  }

  /** When it was started. */
  public Instant started() {
    return started;
  }

  /** Whom the kernel takes it for; empty if it had ended before one could look, or cannot. */
  public Optional<ProcessTable.Entry> entry() {
    return entry;
  }

  /** Whether it has not ended yet. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Completes when it has ended, whatever its pipes still hold. Never fails. */
  public CompletableFuture<Void> gone() {
    return gone;
  }

  /** Completes when it has ended and its pipes have run dry, or soon after. Never fails. */
  public CompletableFuture<Exit> exit() {
    return exit;
  }
}
