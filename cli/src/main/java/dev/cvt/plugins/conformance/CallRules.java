package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How it answers calls, whoever's services they are. */
final class CallRules {
  private static final int MANY = 64;
  private static final int MIB = 1 << 20;
  private static final int LARGE = 3 * MIB;
  private static final int TOO_LARGE = 5 * MIB;
  private static final Duration HURRY = Duration.ofMillis(50);
  private static final Set<Need> SERVING = Set.of(Need.LINE, Need.SERVING);

  private CallRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "grpc",
            Source.WIRE,
            Stage.FIRST,
            Set.of(Need.LINE),
            new Text(
                "answers gRPC at the address in its line",
                "it listens before it prints the line, so that a host may call at once"),
            t -> Verdict.keptIf(t.first().served().isPresent(), t.first().deafness())),
        must(
            "health",
            Source.WIRE,
            Stage.FIRST,
            SERVING,
            new Text(
                "is SERVING under the name \"plugin\" of the standard health service",
                "hosts ask grpc.health.v1.Health/Check, and restart what says otherwise"),
            CallRules::health),
        should(
            "health-unknown",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "knows no health of services that it does not have",
                "the standard health service says NOT_FOUND"),
            CallRules::healthOfNobody),
        must(
            "unknown-method",
            Source.WIRE,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "answers UNIMPLEMENTED to a method that it does not have",
                "newer hosts ask for newer services, and go on without them"),
            CallRules::unknown),
        must(
            "stdio",
            Source.WIRE,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "streams what it prints, or says that it does not",
                "hosts call plugin.GRPCStdio/StreamStdio first; UNIMPLEMENTED is fine, any other"
                    + " error is a fault"),
            t -> Stdio.listen(t.resident(), t.subject().patience().calm())),
        must(
            "print-flood",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text(
                "goes on answering when it has printed 320 KiB, and its host fetches them",
                "a pipe holds 64 KiB, and whoever prints into a full one waits"),
            t -> t.flood().verdict()),
        should(
            "print-unfetched",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text(
                "goes on answering when it has printed 320 KiB, and nobody fetches them",
                "hosts fetch late, or stop; plugins on go-plugin's Go library hand each piece to a"
                    + " host that takes it, and wait once a pipe's 64 KiB are full"),
            CallRules::unfetched),
        must(
            "concurrent",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "answers 64 calls at once, while nobody fetches what it prints",
                "a host has many callers and one connection"),
            CallRules::concurrent),
        must(
            "deadline",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "is free again when the deadlines of 64 calls have passed",
                "a host that has given up a call does not want the plugin to go on with it"),
            CallRules::deadline),
        must(
            "cancel",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text("is free again when 64 calls were cancelled", "callers of a host come and go"),
            CallRules::cancel),
        must(
            "large-request",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "takes a request of 3 MiB",
                "go-plugin's plugins take 4 MiB, and hosts count on it"),
            CallRules::large),
        must(
            "oversized-request",
            Source.GO_PLUGIN,
            Stage.RESIDENT,
            SERVING,
            new Text(
                "takes a request of 5 MiB, or refuses that call alone",
                "go-plugin's plugins refuse it with RESOURCE_EXHAUSTED and carry on"),
            CallRules::oversized));
  }

  private static Verdict health(Trial trial) throws InterruptedException {
    var reply = trial.first().health().orElseThrow(() -> new Breach("it was not asked"));
    if (!reply.ok()) {
      return new Verdict.Broken(reply.words());
    }
    return Verdict.of(
        Wire.number(reply.bytes(), 1).filter(status -> status == Protocol.SERVING).isPresent(),
        "status "
            + Wire.number(reply.bytes(), 1).map(CallRules::status).orElse("that is no message"));
  }

  private static String status(int number) {
    return switch (number) {
      case 0 -> "UNKNOWN";
      case 1 -> "SERVING";
      case 2 -> "NOT_SERVING";
      default -> "of number " + number;
    };
  }

  private static Verdict healthOfNobody(Trial trial) throws InterruptedException {
    var reply =
        trial
            .resident()
            .calls()
            .call(Protocol.HEALTH, Protocol.healthOf("nobody"), trial.patience());
    return Verdict.of(reply.status().getCode() == Status.Code.NOT_FOUND, reply.words());
  }

  private static Verdict unknown(Trial trial) throws InterruptedException {
    var reply =
        trial
            .resident()
            .calls()
            .call("conformance.v1.Nobody/Nothing", Protocol.empty(), trial.patience());
    return Verdict.of(reply.status().getCode() == Status.Code.UNIMPLEMENTED, reply.words());
  }

  /** Calls in flight of the kind that takes longest, for rules about ends. */
  static List<Calls.Pending> burst(Trial trial, Served served) throws InterruptedException {
    var question = Question.slow(trial.first(), trial.subject());
    return served.calls().burst(MANY, question.method(), question.request(), trial.patience());
  }

  private static Verdict unfetched(Trial trial) throws InterruptedException {
    var flood = trial.flood();
    var obstacle = flood.obstacle();
    return obstacle.isPresent()
        ? new Verdict.NotApplicable(obstacle.get())
        : flood.repeat(
            trial.serve(), Question.quick(trial.first(), trial.subject()), trial.patience());
  }

  private static Verdict concurrent(Trial trial) throws InterruptedException {
    var question = Question.quick(trial.first(), trial.subject());
    var pending =
        trial
            .resident()
            .calls()
            .burst(MANY, question.method(), question.request(), trial.patience());
    var failed = new ArrayList<String>();
    for (var one : pending) {
      var reply = one.await(trial.patience());
      if (!reply.answered()) {
        failed.add(reply.words());
      }
    }
    return Verdict.keptIf(
        failed.isEmpty(),
        failed.isEmpty()
            ? ""
            : failed.size()
                + " of "
                + MANY
                + " were not answered, the first: "
                + failed.getFirst());
  }

  private static Verdict deadline(Trial trial) throws InterruptedException {
    var question = Question.slow(trial.first(), trial.subject());
    var pending =
        trial.resident().calls().burst(MANY, question.method(), question.request(), HURRY);
    for (var one : pending) {
      var _ = one.await(HURRY);
    }
    return free(trial, "after the deadlines");
  }

  private static Verdict cancel(Trial trial) throws InterruptedException {
    var pending = burst(trial, trial.resident());
    Thread.sleep(HURRY); // for the calls to arrive: what is cancelled before that is never sent
    pending.forEach(one -> one.call().cancel("the caller has gone", null));
    return free(trial, "after the calls were cancelled");
  }

  /** Whether as many calls as before find somebody who has time. */
  private static Verdict free(Trial trial, String when) throws InterruptedException {
    var found = concurrent(trial);
    return found instanceof Verdict.Broken(var seen)
        ? new Verdict.Broken(when + ", " + seen)
        : found;
  }

  private static Verdict large(Trial trial) throws InterruptedException {
    var reply = oversized(trial, LARGE);
    return Verdict.of(reply.answered(), reply.words());
  }

  private static Verdict oversized(Trial trial) throws InterruptedException {
    var reply = oversized(trial, TOO_LARGE);
    trial.ping(trial.resident(), "after it");
    return Verdict.of(
        reply.answered() || reply.status().getCode() == Status.Code.RESOURCE_EXHAUSTED,
        reply.words());
  }

  private static Calls.Reply oversized(Trial trial, int bytes) throws InterruptedException {
    return trial
        .resident()
        .calls()
        .call(Protocol.HEALTH, Protocol.healthOf("x".repeat(bytes)), trial.patience());
  }
}
