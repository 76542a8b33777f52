package dev.cvt.goplugin;

import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.diagnosis.LineEvidence;
import dev.cvt.goplugin.diagnosis.LineEvidence.Garbled;
import dev.cvt.goplugin.launch.FirstLine.Sighting;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.posix.OpenFiles;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for a plugin's handshake line, or for the proof that there will be none. Used once. */
final class LineWait {
  /** A line without its end is taken as it is after so much silence. */
  private static final Duration UNFINISHED_QUIET = Duration.ofSeconds(1);

  /** After a garbled line a good one may still come, but not for long. */
  private static final Duration AFTER_GARBLED = Duration.ofSeconds(1);

  /** A process whose standard output has ended has mostly ended itself. */
  private static final Duration AFTER_STDOUT = Duration.ofSeconds(1);

  private final Launch launch;
  private final BlockingQueue<StartEvent> events;
  private final PhaseClock clock;
  private final Supplier<String> lastWords;

  private @Nullable HandshakeLine unfinished;
  private Optional<Garbled> garbled = Optional.empty();
  private Optional<Sighting.Ended> stdoutEnded = Optional.empty();
  private int otherLines;
  private String firstOther = "";

  /** What ends the waiting, unless something else happens first: at the deadline, or sooner. */
  private Duration patience;

  LineWait(
      Launch launch,
      BlockingQueue<StartEvent> events,
      PhaseClock clock,
      Supplier<String> lastWords) {
    this.launch = launch;
    this.events = events;
    this.clock = clock;
    this.lastWords = lastWords;
    this.patience = clock.left();
  }

  /** The line, whatever it says. */
  HandshakeLine await() throws Refusal, InterruptedException {
    while (true) {
      long began = System.nanoTime();
      var limit = shorter(patience, clock.left());
      var event = events.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (event == null) {
        return silence();
      }
      patience = patience.minusNanos(System.nanoTime() - began);
      var line = take(event);
      if (line.isPresent()) {
        return line.get();
      }
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Optional<HandshakeLine> take(StartEvent event) throws Refusal {
    switch (event) {
      case StartEvent.Saw(var sighting) -> {
        return see(sighting);
      }
      case StartEvent.Ended(var exit) -> throw new Refusal(evidence().ended(exit));
      case StartEvent.HostClosing() -> throw new Refusal(Starting.closing(clock.phase()));
      // Nothing is connected yet.
      case StartEvent.Direct _,
          StartEvent.SocketConnected _,
          StartEvent.Ready _,
          StartEvent.StdioEnded _ -> {}
    }
    return Optional.empty();
  }

  private Optional<HandshakeLine> see(Sighting sighting) throws Refusal {
    switch (sighting) {
      case Sighting.Begun() -> clock.enter(Phase.LINE);
      case Sighting.Strange(var text) -> others(1, text);
      case Sighting.Found(var line) -> {
        return Optional.of(line);
      }
      case Sighting.Unfinished(var line) -> {
        unfinished = line;
        patience = UNFINISHED_QUIET;
      }
      case Sighting.Garbled(var text, var problem) -> {
        if (garbled.isEmpty()) {
          garbled = Optional.of(new Garbled(launch.scrubber().apply(text), problem));
          patience = shorter(patience, AFTER_GARBLED);
        }
      }
      case Sighting.TooMuch(var lines, var bytes, var first) -> {
        others(lines, first);
        throw new Refusal(evidence().tooMuch(bytes));
      }
      case Sighting.Ended ended -> {
        others(ended.lines(), ended.first());
        stdoutEnded = Optional.of(ended);
        patience = AFTER_STDOUT;
      }
    }
    return Optional.empty();
  }

  private void others(int lines, String first) {
    otherLines = lines;
    firstOther = launch.scrubber().apply(first);
  }

  private HandshakeLine silence() throws Refusal {
    if (unfinished != null && stdoutEnded.isEmpty()) {
      return unfinished;
    }
    throw new Refusal(whySilent());
  }

  private Finding whySilent() {
    return stdoutEnded.isPresent()
        ? evidence().closedStdout()
        : evidence().timedOut(launch.startTimeout());
  }

  private LineEvidence evidence() {
    return new LineEvidence(
        clock.phase(),
        launch.handshake(),
        otherLines,
        firstOther,
        garbled,
        lastWords.get(),
        OpenFiles.system().writers(launch.program()));
  }
}
