package dev.cvt.plugins.conformance;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The facts of the first start, an ordinary one. Never changes.
 *
 * @param process the process; empty if it could not even be started
 * @param printed its standard output up to the line
 * @param silence why there is no line; empty if there is one
 * @param served the connection, if it answers gRPC
 * @param deafness why it does not answer; empty if it does
 * @param health what its health service said first
 * @param info what it says it is, if it was asked and answered
 * @param infoStatus how that call ended, if it was made
 * @param ready from the start to the answer of {@code Info}, or of the health service
 */
record First(
    Optional<Guest> process,
    Printed printed,
    String silence,
    Optional<Served> served,
    String deafness,
    Optional<Calls.Reply> health,
    Optional<InfoResponse> info,
    Optional<Status> infoStatus,
    Duration ready) {

  /** Between two attempts to connect. */
  private static final long BETWEEN_ATTEMPTS_MILLIS = 50;

  /** For so long whoever prints before listening may take to listen. */
  private static final Duration MAY_APPEAR = Duration.ofSeconds(1);

  /** What there is to know of one that could not be started. */
  static First none(Breach why) {
    return silent(Optional.empty(), Printed.of(""), why.seen(), System.nanoTime());
  }

  private static First silent(Optional<Guest> process, Printed printed, String why, long begun) {
    return new First(
        process,
        printed,
        why,
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        since(begun));
  }

  /** Makes the acquaintance of one that was started as its hosts do it. */
  static First meet(Guest guest, Subject subject) throws InterruptedException {
    long begun = System.nanoTime();
    var patience = subject.patience().answer();
    var printed = guest.awaitPrinted(patience);
    if (printed.line().isEmpty()) {
      return silent(Optional.of(guest), printed, guest.noLine(patience), begun);
    }
    var line = printed.line().get();
    if (line.address().isEmpty()) {
      return deaf(guest, printed, "no host can connect to its address", Optional.empty(), begun);
    }
    var calls = connect(guest, line, patience);
    var health = Resident.ping(calls, patience);
    if (!reached(health)) {
      return deaf(
          guest,
          printed,
          "a call to the address in its line ends with " + health.words() + guest.lastWords(),
          Optional.of(health),
          begun);
    }
    var info = subject.dialect().cvt() ? Optional.of(ask(calls, patience)) : NOT_ASKED;
    return new First(
        Optional.of(guest),
        printed,
        "",
        Optional.of(new Served(guest, line, calls)),
        "",
        Optional.of(health),
        info.flatMap(First::parse),
        info.map(Calls.Reply::status),
        since(begun));
  }

  private static final Optional<Calls.Reply> NOT_ASKED = Optional.empty();

  private static First deaf(
      Guest guest, Printed printed, String why, Optional<Calls.Reply> health, long begun) {
    return new First(
        Optional.of(guest),
        printed,
        "",
        Optional.empty(),
        why,
        health,
        Optional.empty(),
        Optional.empty(),
        since(begun));
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Whether a plugin spoke, whatever it said. */
  static boolean reached(Calls.Reply reply) {
    return switch (reply.status().getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> false;
      // What gRPC makes of answers that are none.
      case UNKNOWN, INTERNAL -> reply.status().getCause() == null && !http(reply);
      default -> true;
    };
  }

  private static boolean http(Calls.Reply reply) {
    return String.valueOf(reply.status().getDescription()).contains("HTTP status");
  }

  /** A connection; made anew for a while, since some print before they listen. */
  private static Calls connect(Guest guest, Line line, Duration patience)
      throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      var calls = guest.dial(line);
      var reply = Resident.ping(calls, patience);
      if (reply.status().getCode() != Status.Code.UNAVAILABLE
          || since(begun).compareTo(MAY_APPEAR) > 0
          || guest.awaitExit(Duration.ZERO).isPresent()) {
        return calls;
      }
      calls.close();
      Thread.sleep(BETWEEN_ATTEMPTS_MILLIS); // nothing tells of a socket that appears
    }
  }

  private static Calls.Reply ask(Calls calls, Duration patience) throws InterruptedException {
    return calls.call(Protocol.INFO, Protocol.empty(), patience);
  }

  private static Optional<InfoResponse> parse(Calls.Reply reply) {
    try {
      return reply.ok() ? Optional.of(InfoResponse.parseFrom(reply.bytes())) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  /** The version in its line, if that can be read. */
  OptionalInt version() {
    return printed.line().map(Line::app).orElse(OptionalInt.empty());
  }

  /** Whether it declares a service. */
  boolean declares(String service) {
    return info.filter(i -> i.getServicesList().contains(service)).isPresent();
  }

  /** Its process, where a rule needs one. */
  Guest guest() {
    return process.orElseThrow(() -> new Breach(silence));
  }

  /** Its line, where a rule needs one. */
  Line line() {
    return printed.line().orElseThrow(() -> new Breach(silence));
  }
}
