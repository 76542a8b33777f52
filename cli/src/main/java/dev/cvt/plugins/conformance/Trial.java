package dev.cvt.plugins.conformance;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the check of one rule sees: the subject, what the run knows, and starts of its own, which
 * end with the check. For one thread.
 */
public final class Trial implements AutoCloseable {
  private final Run run;
  private final List<Guest> own = new ArrayList<>();

  Trial(Run run) {
    this.run = run;
  }

  Subject subject() {
    return run.subject();
  }

  /** How long to wait for what must come. */
  Duration patience() {
    return run.subject().patience().answer();
  }

  First first() throws InterruptedException {
    return run.first().get();
  }

  /** The process that is looked at by many, one after another. */
  Served resident() throws InterruptedException {
    return run.resident().get().get();
  }

  Departure departure() throws InterruptedException {
    return run.departure().get();
  }

  Flood flood() throws InterruptedException {
    return run.flood().get();
  }

  TlsVisit tls() throws InterruptedException {
    return run.tls().get();
  }

  Dialer dialer() {
    return run.dialer();
  }

  /** Starts one of the check's own, with a difference. */
  Guest start(Consumer<Map<String, String>> change) {
    var guest = run.start(change);
    own.add(guest);
    return guest;
  }

  /** Starts one under a shell, which stands for its host. */
  Guest startUnderShell(Path pidFile) {
    var guest = run.guests().startUnderShell(pidFile);
    own.add(guest);
    return guest;
  }

  /** Starts an ordinary one and brings it to where it can be called. */
  Served serve() throws InterruptedException {
    return run.serve(start(environment -> {}));
  }

  /** Brings one to where it can be called. */
  Served serve(Guest guest) throws InterruptedException {
    return run.serve(guest);
  }

  /** Asks whether anybody is there; whoever does not answer has broken the rule. */
  void ping(Served served, String when) throws InterruptedException {
    var reply = Resident.ping(served.calls(), patience());
    if (!First.reached(reply)) {
      throw new Breach(when + ": " + reply.words() + served.guest().lastWords());
    }
  }

  @Override
  public void close() {
    own.forEach(run.guests()::end);
  }
}
