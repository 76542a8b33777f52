package dev.cvt.plugins.conformance;

import static dev.cvt.plugins.conformance.Rule.must;
import static dev.cvt.plugins.conformance.Rule.should;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugins.conformance.Rule.Need;
import dev.cvt.plugins.conformance.Rule.Source;
import dev.cvt.plugins.conformance.Rule.Stage;
import dev.cvt.plugins.conformance.Rule.Text;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What it does with configuration, and what it logs. */
final class ConfigRules {
  private static final Set<Need> CVT = Set.of(Need.LINE, Need.CVT);
  private static final String UNKNOWN_KEY = "conformance_unknown_key";

  private static final String REPEATED_KEY = "conformance_repeated_key";

  /** Nobody prints this by chance. */
  private static final String UNKNOWN_VALUE = "cvt-conformance-secret-5d1c0b7e";

  /** Too short to be told from other text. */
  private static final int SHORTEST_SECRET = 6;

  private static final Pattern TAGGED =
      Pattern.compile("(\\[(TRACE|DEBUG|INFO|WARN|ERROR)]|panic: |fatal error: ).*");

  private ConfigRules() {}

  static List<Rule> all() {
    return List.of(
        must(
            "config",
            Source.CVT,
            Stage.RESIDENT,
            Set.of(Need.LINE, Need.CVT, Need.CONFIG),
            new Text(
                "accepts its configuration",
                "CVT delivers each pair by SetConfig, in the order of the keys, before any call; a"
                    + " refusal ends the start"),
            ConfigRules::accepts),
        must(
            "config-unknown",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "accepts or refuses a key that it does not know",
                "SetConfig belongs to every plugin, also to one that takes no configuration"),
            ConfigRules::unknown),
        must(
            "config-repeated",
            Source.CVT,
            Stage.RESIDENT,
            CVT,
            new Text(
                "answers a pair that comes again as it did before",
                "after a reload the same pairs are delivered again"),
            ConfigRules::repeated),
        should(
            "config-private",
            Source.CVT,
            Stage.LAST,
            CVT,
            new Text(
                "logs no value of its configuration",
                "some are secrets, and only the host knows which"),
            ConfigRules::quiet),
        should(
            "logs",
            Source.WIRE,
            Stage.LAST,
            Set.of(Need.LINE, Need.SERVING),
            new Text(
                "logs on standard error, in JSON as hclog does or with a level in brackets",
                "any other line arrives at the host's debug level"),
            ConfigRules::logs));
  }

  private static Calls.Reply set(Trial trial, String key, String value)
      throws InterruptedException {
    return trial
        .resident()
        .calls()
        .call(
            Protocol.SET_CONFIG,
            SetConfigRequest.newBuilder().setKey(key).setValue(value).build(),
            trial.patience());
  }

  private static Verdict accepts(Trial trial) throws InterruptedException {
    var refused = new ArrayList<String>();
    for (var pair : trial.subject().config().entrySet()) {
      var reply = set(trial, pair.getKey(), pair.getValue());
      if (!reply.ok()) {
        // Not its message, which may hold the value.
        refused.add(pair.getKey() + " (" + reply.status().getCode() + ")");
      }
    }
    return Verdict.keptIf(refused.isEmpty(), "refused: " + String.join(", ", refused));
  }

  private static Verdict unknown(Trial trial) throws InterruptedException {
    var reply = set(trial, UNKNOWN_KEY, UNKNOWN_VALUE);
    return Verdict.of(
        reply.answered() && reply.status().getCode() != Status.Code.UNIMPLEMENTED,
        reply.ok() ? "accepted" : "" + reply.status().getCode());
  }

  private static Verdict repeated(Trial trial) throws InterruptedException {
    var once = set(trial, REPEATED_KEY, "0").status().getCode();
    var twice = set(trial, REPEATED_KEY, "0").status().getCode();
    return Verdict.of(once == twice, "first " + once + ", then " + twice);
  }

  private static Verdict quiet(Trial trial) throws InterruptedException {
    var guest = trial.first().guest();
    var said = guest.err().text() + guest.out().text();
    var told = new ArrayList<String>();
    if (said.contains(UNKNOWN_VALUE)) {
      told.add(UNKNOWN_KEY);
    }
    trial
        .subject()
        .config()
        .forEach(
            (key, value) -> {
              if (value.length() >= SHORTEST_SECRET && said.contains(value)) {
                told.add(key);
              }
            });
    return Verdict.keptIf(told.isEmpty(), "it logged the value of " + String.join(", ", told));
  }

  private static Verdict logs(Trial trial) throws InterruptedException {
    var err = trial.first().guest().err();
    var lines = err.text().lines().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      return new Verdict.NotApplicable("it logged nothing");
    }
    // The last of a long text may be cut.
    var whole = err.total() > Capture.KEPT ? lines.subList(0, lines.size() - 1) : lines;
    return whole.stream()
        .filter(line -> !levelled(line))
        .findFirst()
        .<Verdict>map(line -> new Verdict.Broken("without a level: " + cut(line)))
        .orElseGet(() -> new Verdict.Kept(lines.size() + " lines"));
  }

  private static String cut(String line) {
    int longest = 100;
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }

  private static boolean levelled(String line) {
    if (!line.startsWith("{")) {
      return TAGGED.matcher(line).matches();
    }
    try {
      var fields = JSON.std.mapFrom(line);
      return fields.get("@level") instanceof String && fields.get("@message") instanceof String;
    } catch (IOException e) {
      return false;
    }
  }
}
