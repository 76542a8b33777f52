package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;

/** The one line on standard output. */
final class LineRules {
  private static final int FEWEST = 4;
  private static final int MOST = 7;
  private static final Set<Need> LINE = Set.of(Need.LINE);

  private LineRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "line",
            Source.WIRE,
            Stage.FIRST,
            Set.of(),
            new Text(
                "prints a handshake line in time",
                "hosts learn from it, and from nothing else, where the plugin listens"),
            LineRules::line),
        must(
            "line-first",
            Source.GO_PLUGIN,
            Stage.FIRST,
            LINE,
            new Text(
                "prints nothing before the line",
                "go-plugin's hosts give up at the first line that is another"),
            LineRules::first),
        must(
            "line-ended",
            Source.GO_PLUGIN,
            Stage.FIRST,
            LINE,
            new Text(
                "ends the line with a line end",
                "go-plugin's hosts read lines, and wait for the rest of one"),
            t -> Verdict.keptIf(t.first().printed().ended(), "no line end came after it")),
        must(
            "line-fields",
            Source.WIRE,
            Stage.FIRST,
            LINE,
            new Text(
                "gives the line four to seven fields",
                "CORE|APP|NETWORK|ADDRESS are the least, PROTOCOL, CERT and MUX may follow"),
            LineRules::fields),
        must(
            "line-core",
            Source.WIRE,
            Stage.FIRST,
            LINE,
            new Text(
                "names version 1 of go-plugin's own protocol",
                "there has never been another, and hosts refuse it"),
            t ->
                Verdict.keptIf(
                    t.first().line().core().equals("1"), said(t, t.first().line().core()))),
        must(
            "line-version",
            Source.WIRE,
            Stage.FIRST,
            LINE,
            new Text(
                "names a version of the application's protocol that was offered",
                "hosts refuse any other"),
            LineRules::version),
        must(
            "line-address",
            Source.WIRE,
            Stage.FIRST,
            LINE,
            new Text(
                "names a socket file, or a port of 127.0.0.1",
                "hosts connect to this machine only, and a socket's path has 107 bytes at most"),
            t -> Verdict.keptIf(t.first().line().address().isPresent(), said(t, "it"))),
        must(
            "line-protocol",
            Source.WIRE,
            Stage.FIRST,
            LINE,
            new Text(
                "speaks gRPC", "without a fifth field hosts take it for net/rpc, the old protocol"),
            t ->
                Verdict.keptIf(
                    t.first().line().protocol().equals("grpc"),
                    said(t, "\"" + t.first().line().protocol() + "\""))),
        must(
            "line-no-certificate",
            Source.GO_PLUGIN,
            Stage.FIRST,
            LINE,
            new Text(
                "sends no certificate unasked",
                "go-plugin's hosts take a sixth field of over 50 characters for one, and fail"
                    + " without AutoMTLS"),
            t ->
                Verdict.keptIf(
                    t.first().line().certificate().length() <= Line.LONGEST_NO_CERTIFICATE,
                    "nobody asked for one, and its sixth field has "
                        + t.first().line().certificate().length()
                        + " characters")),
        must(
            "line-no-multiplexing",
            Source.GO_PLUGIN,
            Stage.FIRST,
            LINE,
            new Text(
                "claims no multiplexing unasked",
                "older hosts take a seventh field for the end of the certificate"),
            t ->
                Verdict.keptIf(
                    t.first().line().multiplex().isEmpty(),
                    "nobody asked for it, and there is a seventh field")),
        must(
            "socket-folder",
            Source.WIRE,
            Stage.FIRST,
            Set.of(Need.LINE, Need.UNIX_SOCKET),
            new Text(
                "puts its socket into the folder that it is given",
                "PLUGIN_UNIX_SOCKET_DIR names it, and TMPDIR for plugins older than that; the host"
                    + " cleans it up"),
            LineRules::folder),
        must(
            "port-range",
            Source.WIRE,
            Stage.FIRST,
            Set.of(Need.LINE, Need.PORT),
            new Text(
                "listens on a port of the range that it is given",
                "PLUGIN_MIN_PORT and PLUGIN_MAX_PORT say which ports the host's rules let through"),
            LineRules::port),
        must(
            "multiplexing-asked",
            Source.WIRE,
            Stage.OWN,
            LINE,
            new Text(
                "answers a host that offers multiplexing with true, false, or as before",
                "PLUGIN_MULTIPLEX_GRPC asks for the seventh field; hosts read it as a truth value"),
            LineRules::multiplexing),
        should(
            "stdout-quiet",
            Source.GO_PLUGIN,
            Stage.LAST,
            LINE,
            new Text(
                "prints nothing on its real standard output after the line",
                "hosts throw it away; what is printed belongs into the stdio service"),
            LineRules::quiet));
  }

  private static String said(Trial trial, String what) throws InterruptedException {
    return "it printed " + what + " in " + trial.first().line().text();
  }

  private static Verdict line(Trial trial) throws InterruptedException {
    var first = trial.first();
    return first.printed().line().isPresent()
        ? new Verdict.Kept(first.line().text())
        : new Verdict.Broken(first.silence());
  }

  private static Verdict first(Trial trial) throws InterruptedException {
    var before = trial.first().printed().before();
    return Verdict.keptIf(
        before.isEmpty(),
        before.isEmpty() ? "" : before.size() + " before it, the first is \"" + cut(before) + "\"");
  }

  private static String cut(List<String> lines) {
    int longest = 60;
    var line = lines.getFirst();
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }

  private static Verdict fields(Trial trial) throws InterruptedException {
    int count = trial.first().line().fields().size();
    return Verdict.of(
        count >= FEWEST && count <= MOST, count + " fields in " + trial.first().line().text());
  }

  private static Verdict version(Trial trial) throws InterruptedException {
    var offered = trial.subject().dialect().versions();
    var app = trial.first().version();
    return Verdict.of(
        app.isPresent() && offered.contains(app.getAsInt()),
        said(trial, app.isPresent() ? "version " + app.getAsInt() : "no version")
            + ", and was offered "
            + offered);
  }

  private static Verdict folder(Trial trial) throws InterruptedException {
    var first = trial.first();
    var socket = first.line().socket();
    if (socket.isEmpty()) {
      return new Verdict.Broken(said(trial, "no path of a file"));
    }
    boolean inside = socket.get().normalize().startsWith(first.guest().folder());
    return Verdict.keptIf(
        inside && Files.exists(socket.get()),
        inside ? "there is no file at " + socket.get() : "it lies at " + socket.get());
  }

  private static Verdict port(Trial trial) throws InterruptedException {
    var port = trial.first().line().port();
    return Verdict.keptIf(
        port.isPresent()
            && port.getAsInt() >= Protocol.FIRST_PORT
            && port.getAsInt() <= Protocol.LAST_PORT,
        said(trial, "another port") + "; the range is 10000 to 25000");
  }

  private static Verdict multiplexing(Trial trial) throws InterruptedException {
    var guest = trial.start(environment -> environment.put(Protocol.MULTIPLEX, "true"));
    var line = guest.line(trial.patience());
    var claim = line.multiplex();
    return Verdict.of(
        claim.isEmpty() || claim.get().equals("true") || claim.get().equals("false"),
        claim.map(c -> "its answer is \"" + c + "\"").orElse("it does not answer"));
  }

  private static Verdict quiet(Trial trial) throws InterruptedException {
    var out = trial.first().guest().out();
    var after = Printed.of(out.text()).after();
    return Verdict.keptIf(
        after.isEmpty(),
        after.isEmpty()
            ? ""
            : out.total()
                + " bytes in all, after the line \""
                + cut(after.lines().toList())
                + "\"");
  }
}
