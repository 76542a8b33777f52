package dev.cvt.plugins.conformance;

import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the rules of one run share: the first start, the resident made of it, one orderly departure,
 * one flood of prints, one start under TLS. Each is brought about when a rule first needs it.
 * Thread-safe.
 */
final class Run implements AutoCloseable {
  private final Subject subject;
  private final Dialer dialer = new Dialer();
  private final Guests guests;
  private final Memo<First> first;
  private final Memo<Resident> resident;
  private final Memo<Departure> departure;
  private final Memo<Flood> flood;
  private final Memo<TlsVisit> tls;

  Run(Subject subject) {
    this.subject = subject;
    this.guests = new Guests(subject, dialer);
    this.first = new Memo<>(this::meet);
    this.resident =
        new Memo<>(
            () ->
                new Resident(
                    subject, first.get().served(), () -> serve(guests.start(environment -> {}))));
    this.departure =
        new Memo<>(() -> Departure.watch(serve(guests.start(environment -> {})), subject));
    this.flood = new Memo<>(this::makePrint);
    this.tls = new Memo<>(() -> TlsVisit.make(subject));
  }

  Subject subject() {
    return subject;
  }

  Dialer dialer() {
    return dialer;
  }

  Guests guests() {
    return guests;
  }

  Memo<First> first() {
    return first;
  }

  Memo<Resident> resident() {
    return resident;
  }

  Memo<Departure> departure() {
    return departure;
  }

  Memo<Flood> flood() {
    return flood;
  }

  Memo<TlsVisit> tls() {
    return tls;
  }

  private First meet() throws InterruptedException {
    Guest guest;
    try {
      guest = guests.start(environment -> {});
    } catch (Breach e) {
      return First.none(e);
    }
    var met = First.meet(guest, subject);
    if (met.served().isPresent()) {
      configure(met.served().get());
    }
    return met;
  }

  private Flood makePrint() throws InterruptedException {
    var guest = guests.start(environment -> {});
    try {
      return Flood.watch(serve(guest), Question.quick(first.get(), subject), subject.patience());
    } finally {
      guests.end(guest);
    }
  }

  /** Starts one with a difference. */
  Guest start(Consumer<Map<String, String>> change) {
    return guests.start(change);
  }

  /** Brings a process to where it can be called, as its host does. */
  Served serve(Guest guest) throws InterruptedException {
    var line = guest.line(subject.patience().answer());
    var served = new Served(guest, line, guest.dial(line));
    configure(served);
    return served;
  }

  /** Delivers what there is to deliver; whether that works is one rule's matter, not all rules'. */
  private void configure(Served served) throws InterruptedException {
    if (!subject.dialect().cvt()) {
      return;
    }
    for (var pair : subject.config().entrySet()) {
      var request =
          SetConfigRequest.newBuilder().setKey(pair.getKey()).setValue(pair.getValue()).build();
      var _ = served.calls().call(Protocol.SET_CONFIG, request, subject.patience().answer());
    }
  }

  @Override
  public void close() {
    tls.peek().ifPresent(TlsVisit::close);
    guests.close();
    dialer.close();
  }
}
