package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** How it is started: the cookie, the versions, the time. */
final class StartRules {
  /** Nobody speaks them. */
  private static final int NOBODYS = 1001;

  private static final int NOBODYS_OTHER = 1002;

  private StartRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "no-cookie",
            Source.GO_PLUGIN,
            Stage.OWN,
            Set.of(),
            new Text(
                "exits with 1 when it is started without the cookie",
                "a person who starts it by hand must not be left with a silent server"),
            trial -> refuses(trial, environment -> environment.remove(cookie(trial)))),
        should(
            "no-cookie-words",
            Source.GO_PLUGIN,
            Stage.OWN,
            Set.of(),
            new Text(
                "tells who starts it by hand what it is",
                "it is a plugin, and another program starts it"),
            StartRules::explains),
        must(
            "wrong-cookie",
            Source.GO_PLUGIN,
            Stage.OWN,
            Set.of(),
            new Text(
                "exits with 1 when the cookie has another value",
                "another application's host has started it"),
            trial -> refuses(trial, environment -> environment.put(cookie(trial), "no-plugin-v0"))),
        must(
            "versions-common",
            Source.WIRE,
            Stage.OWN,
            Set.of(Need.LINE),
            new Text(
                "finds its version among several that are offered",
                "PLUGIN_PROTOCOL_VERSIONS is a list in no order, and the highest that both speak"
                    + " counts"),
            StartRules::several),
        must(
            "versions-none",
            Source.WIRE,
            Stage.OWN,
            Set.of(Need.LINE),
            new Text(
                "does not claim a version that it does not speak",
                "where none is common it names one of its own, or exits, and the host says what"
                    + " does not fit"),
            StartRules::none),
        should(
            "versions-absent",
            Source.GO_PLUGIN,
            Stage.OWN,
            Set.of(Need.LINE),
            new Text(
                "starts for a host that offers no list of versions",
                "the oldest hosts offer none, and get the lowest"),
            StartRules::absent),
        should(
            "start-in-time",
            Source.CVT,
            Stage.FIRST,
            Set.of(Need.CVT),
            new Text("answers Info within 5 s of its start", "CVT gives up then"),
            trial -> {
              var took = trial.first().ready();
              return Verdict.of(
                  took.compareTo(trial.subject().patience().start()) <= 0, took.toMillis() + " ms");
            }));
  }

  private static String cookie(Trial trial) {
    return trial.subject().dialect().cookieKey();
  }

  private static Verdict refuses(Trial trial, Consumer<Map<String, String>> change)
      throws InterruptedException {
    var guest = trial.start(change);
    var exit = guest.awaitExit(trial.patience());
    if (exit.isEmpty()) {
      return new Verdict.Broken("it still ran after " + trial.patience().toMillis() + " ms");
    }
    var printed = guest.awaitPrinted(trial.patience());
    return Verdict.of(
        exit.getAsInt() == 1 && printed.line().isEmpty(),
        printed.line().isPresent()
            ? "it printed a handshake line"
            : "it exited with code " + exit.getAsInt());
  }

  private static Verdict explains(Trial trial) throws InterruptedException {
    var guest = trial.start(environment -> environment.remove(cookie(trial)));
    var _ = guest.awaitExit(trial.patience());
    var words =
        guest.err().await(text -> !text.isBlank(), trial.subject().patience().calm())
            + guest.out().text();
    return Verdict.keptIf(!words.isBlank(), "it said nothing");
  }

  private static Verdict several(Trial trial) throws InterruptedException {
    int own = trial.first().version().orElseThrow(() -> new Breach("its line names no version"));
    var guest =
        trial.start(
            environment ->
                environment.put(Protocol.VERSIONS, NOBODYS + "," + own + "," + NOBODYS_OTHER));
    var line = guest.line(trial.patience());
    return Verdict.of(
        line.app().isPresent() && line.app().getAsInt() == own,
        "offered %d, %d and %d it printed %s".formatted(NOBODYS, own, NOBODYS_OTHER, line.text()));
  }

  private static Verdict none(Trial trial) throws InterruptedException {
    var guest =
        trial.start(environment -> environment.put(Protocol.VERSIONS, String.valueOf(NOBODYS)));
    var printed = guest.awaitPrinted(trial.patience());
    if (printed.line().isEmpty()) {
      var exit = guest.awaitExit(trial.subject().patience().calm());
      return Verdict.of(exit.isPresent(), guest.noLine(trial.patience()));
    }
    var app = printed.line().get().app();
    return Verdict.of(
        app.isPresent() && app.getAsInt() != NOBODYS,
        "offered only %d it printed %s".formatted(NOBODYS, printed.line().get().text()));
  }

  private static Verdict absent(Trial trial) throws InterruptedException {
    var guest = trial.start(environment -> environment.remove(Protocol.VERSIONS));
    return new Verdict.Kept(guest.line(trial.patience()).text());
  }
}
