package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** How it ends, and what it takes for no reason to end. */
final class StopRules {
  /** After so long go-plugin's hosts kill. */
  private static final Duration GO_GRACE = Duration.ofSeconds(2);

  private static final Duration ARRIVE = Duration.ofMillis(100);
  private static final Duration ORDERLY = Duration.ofMillis(500);
  private static final Set<Need> SERVING = Set.of(Need.LINE, Need.SERVING);
  private static final Set<Need> UNIX = Set.of(Need.LINE, Need.SERVING, Need.UNIX_SOCKET);

  private StopRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "sigint",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text(
                "ignores SIGINT",
                "Ctrl-C in the host's terminal reaches plugins too, and is for the host to"
                    + " handle"),
            StopRules::interrupted),
        must(
            "sigterm",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text("ends at SIGTERM", "it is the step of a stop before SIGKILL"),
            t -> new Verdict.Kept(code(terminate(t, t.serve())))),
        should(
            "sigterm-socket",
            Source.CVT,
            Stage.OWN,
            UNIX,
            new Text(
                "takes its socket along at SIGTERM",
                "plugins on go-plugin's Go library leave it to their host"),
            StopRules::terminatedSocket),
        must(
            "shutdown",
            Source.WIRE,
            Stage.OWN,
            SERVING,
            new Text(
                "exits when plugin.GRPCController/Shutdown is called",
                "it is how hosts stop a plugin"),
            StopRules::asked),
        should(
            "shutdown-soon",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text("exits within 2 s of Shutdown", "go-plugin's hosts kill it then"),
            t ->
                left(
                    t,
                    d ->
                        Verdict.of(
                            d.took().compareTo(GO_GRACE) <= 0, d.took().toMillis() + " ms"))),
        should(
            "shutdown-code",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text("exits with 0 after Shutdown", "supervisors take anything else for a crash"),
            t -> left(t, d -> Verdict.of(d.exit().orElse(-1) == 0, code(d.exit().orElse(-1))))),
        must(
            "shutdown-socket",
            Source.GO_PLUGIN,
            Stage.OWN,
            UNIX,
            new Text(
                "takes its socket along at Shutdown", "sockets of dead plugins pile up otherwise"),
            t -> left(t, d -> gone(d.line()))),
        should(
            "shutdown-folder",
            Source.CVT,
            Stage.OWN,
            SERVING,
            new Text(
                "leaves nothing in the folder that it was given",
                "it is its TMPDIR too, and belongs to the host"),
            t -> left(t, StopRules::folderEmpty)),
        should(
            "shutdown-children",
            Source.CVT,
            Stage.OWN,
            SERVING,
            new Text("leaves no process of its own behind", "what it started is for it to end"),
            t ->
                left(
                    t,
                    d ->
                        Verdict.keptIf(
                            d.children().isEmpty(), "there were " + d.children().size()))),
        must(
            "shutdown-busy",
            Source.GO_PLUGIN,
            Stage.OWN,
            SERVING,
            new Text(
                "exits at Shutdown while 64 calls are in flight, and leaves none of them hanging",
                "a host does not wait until nobody calls"),
            StopRules::busy),
        should(
            "shutdown-orderly",
            Source.CVT,
            Stage.OWN,
            Set.of(Need.LINE, Need.SERVING, Need.REGISTRY, Need.SLOW_SCHEMA),
            new Text(
                "gives calls in flight some time after Shutdown",
                "plugins on go-plugin's Go library cut them at once"),
            StopRules::orderly));
  }

  private static String code(int exit) {
    return "it exited with code " + exit;
  }

  private static void signal(Guest guest, String name) throws InterruptedException {
    try {
      var kill =
          new ProcessBuilder(
                  "/bin/sh", "-c", "kill -" + name + " \"$0\"", "" + guest.process().pid())
              .redirectInput(Redirect.PIPE)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      var _ = kill.waitFor(GO_GRACE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      throw new IllegalStateException("no signal can be sent", e);
    }
  }

  private static Verdict interrupted(Trial trial) throws InterruptedException {
    var served = trial.serve();
    trial.ping(served, "before it");
    signal(served.guest(), "INT");
    var exit = served.guest().awaitExit(trial.subject().patience().calm());
    if (exit.isPresent()) {
      return new Verdict.Broken("it ended, with code " + exit.getAsInt());
    }
    trial.ping(served, "after it");
    return Verdict.kept();
  }

  private static int terminate(Trial trial, Served served) throws InterruptedException {
    trial.ping(served, "before it");
    signal(served.guest(), "TERM");
    return served
        .guest()
        .awaitExit(trial.patience())
        .orElseThrow(() -> new Breach("it still ran " + trial.patience().toMillis() + " ms later"));
  }

  private static Verdict terminatedSocket(Trial trial) throws InterruptedException {
    var served = trial.serve();
    terminate(trial, served);
    return gone(served.line());
  }

  private static Verdict gone(Line line) {
    var socket = line.socket();
    return Verdict.keptIf(
        socket.filter(path -> !Files.exists(path)).isPresent(),
        socket.map(path -> path.getFileName() + " is still there").orElse("it has no path"));
  }

  private static Verdict asked(Trial trial) throws InterruptedException {
    var departure = trial.departure();
    return departure.exit().isPresent()
        ? new Verdict.Kept(code(departure.exit().getAsInt()))
        : new Verdict.Broken("it still ran " + departure.took().toMillis() + " ms later");
  }

  /** What an orderly end was like, if there was one. */
  private static Verdict left(Trial trial, Function<Departure, Verdict> judge)
      throws InterruptedException {
    var departure = trial.departure();
    return departure.endless().orElseGet(() -> judge.apply(departure));
  }

  private static Verdict folderEmpty(Departure departure) {
    var socket = departure.line().socket().map(path -> String.valueOf(path.getFileName()));
    var left = departure.left().stream().filter(name -> !name.equals(socket.orElse(""))).toList();
    return Verdict.keptIf(left.isEmpty(), "it left " + String.join(", ", left));
  }

  private static Verdict busy(Trial trial) throws InterruptedException {
    var served = trial.serve();
    trial.ping(served, "before it");
    var pending = CallRules.burst(trial, served);
    Thread.sleep(ARRIVE); // for the calls to be in flight
    served.calls().begin(Protocol.SHUTDOWN, Protocol.empty(), trial.patience());
    var exit = served.guest().awaitExit(trial.patience());
    if (exit.isEmpty()) {
      return new Verdict.Broken("it still ran " + trial.patience().toMillis() + " ms later");
    }
    for (var one : pending) {
      if (!one.reply().isDone()) {
        var _ = one.await(ARRIVE);
      }
    }
    return new Verdict.Kept(code(exit.getAsInt()));
  }

  private static Verdict orderly(Trial trial) throws InterruptedException {
    var served = trial.serve();
    trial.ping(served, "before it");
    var pending = CallRules.burst(trial, served);
    Thread.sleep(ARRIVE); // for the calls to be in flight
    long begun = System.nanoTime();
    served.calls().begin(Protocol.SHUTDOWN, Protocol.empty(), trial.patience());
    var _ = pending.getFirst().await(trial.patience());
    var took = Duration.ofNanos(System.nanoTime() - begun);
    return Verdict.of(
        took.compareTo(ORDERLY) >= 0, "a slow call lasted " + took.toMillis() + " ms more");
  }
}
