package dev.cvt.plugins.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One orderly end, as its host brings it about: {@code Shutdown}, and what came of it.
 *
 * @param line where it had listened
 * @param exit how it exited; empty if it did not
 * @param took from the call to the end, or to where patience ended
 * @param left what still lies in its folder
 * @param children what it started and left running
 */
record Departure(
    Line line, OptionalInt exit, Duration took, List<String> left, List<Long> children) {

  /** Asks and watches. */
  static Departure watch(Served served, Subject subject) throws InterruptedException {
    var patience = subject.patience().answer();
    var guest = served.guest();
    var ping = Resident.ping(served.calls(), patience);
    if (!First.reached(ping)) {
      throw new Breach("it could not be asked to stop: " + ping.words() + guest.lastWords());
    }
    long begun = System.nanoTime();
    var asked = served.calls().begin(Protocol.SHUTDOWN, Protocol.empty(), patience);
    var exit = guest.awaitExit(patience);
    var took = Duration.ofNanos(System.nanoTime() - begun);
    asked.call().cancel("the end was waited for", null);
    return new Departure(
        served.line(),
        exit,
        took,
        guest.left(),
        guest.children().stream().map(ProcessHandle::pid).toList());
  }

  /** What a rule about its end says where there was none: that is one other rule's matter. */
  Optional<Verdict> endless() {
    return exit.isPresent()
        ? Optional.empty()
        : Optional.of(new Verdict.NotApplicable("it does not exit when it is asked to"));
  }
}
