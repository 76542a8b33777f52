package dev.cvt.plugin.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugins.conformance.Dialect;
import dev.cvt.plugins.conformance.Outcome.Result;
import dev.cvt.plugins.conformance.Patience;
import dev.cvt.plugins.conformance.Rule;
import dev.cvt.plugins.conformance.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each rule can be broken: a real process for each way to misbehave, the rules that it breaks, and
 * no others of those that are looked at.
 */
class MisbehavingTest {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("repository.root")).resolve("goplugin/src/test/misbehaving");

  /** What a script is looked at for. */
  private static final List<String> OF_SCRIPTS =
      List.of(
          "line",
          "line-core",
          "line-version",
          "line-address",
          "line-protocol",
          "line-no-certificate",
          "socket-folder",
          "grpc");

  private static final Ahead AHEAD = new Ahead();

  @TempDir private static Path folder;

  @BeforeAll
  static void begin() {
    Fault.programs().forEach(fault -> AHEAD.begin(fault.name(), () -> examine(fault)));
    Fault.scripts().forEach(script -> AHEAD.begin(script.name(), () -> examineScript(script)));
  }

  @AfterAll
  static void end() throws InterruptedException {
    AHEAD.end();
  }

  static Stream<Fault> programs() {
    return Fault.programs();
  }

  static Stream<Fault> scripts() {
    return Fault.scripts();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aProgram_breaksTheRulesOfItsFault(Fault fault) throws Exception {
    var found = AHEAD.of(fault.name());
    assertThat(broken(found)).as(found.complaints()).isEqualTo(fault.broken());
  }

  private static Examination examine(Fault fault) throws IOException, InterruptedException {
    var plugin = Fault.script(folder, fault.name());
    var rules = new TreeSet<>(fault.broken());
    rules.addAll(Fault.BESIDES);
    return Examination.of(
        Examination.subject(plugin, Dialect.CVT, "slow", fault.patience()), Rules.named(rules));
  }

  private static List<String> broken(Examination found) {
    return found.report().outcomes().stream()
        .filter(o -> o.result() == Result.FAILED || o.result() == Result.WARNED)
        .map(o -> o.rule().id())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void aScript_breaksTheRulesOfItsFault(Fault script) throws Exception {
    var found = AHEAD.of(script.name());
    assertThat(broken(found)).as(found.complaints()).isEqualTo(script.broken());
  }

  private static Examination examineScript(Fault script) throws InterruptedException {
    var rules = new TreeSet<>(script.broken());
    rules.addAll(OF_SCRIPTS);
    return Examination.of(
        Examination.subject(
            SCRIPTS.resolve(script.name()),
            Dialect.other("TEST_COOKIE", "test", List.of(1)),
            "slow",
            script.patience()),
        Rules.named(rules));
  }

  @Test
  void start_thatTakesLongerThanCvtWaits_isWarnedOf() throws IOException, InterruptedException {
    var hasty =
        new Patience(
            Examination.GENEROUS.answer(),
            Duration.ofNanos(1),
            Examination.GENEROUS.hostGone(),
            Examination.GENEROUS.calm());
    var found = examine(new Fault("behaves", List.of("start-in-time"), hasty));
    assertThat(found.rules(Result.WARNED)).containsExactly("start-in-time");
  }

  @Test
  void everyRule_isBrokenBySomebody() {
    var broken = new TreeSet<>(List.of("start-in-time"));
    Stream.concat(Fault.programs(), Fault.scripts()).forEach(f -> broken.addAll(f.broken()));
    assertThat(Rules.all()).extracting(Rule::id).allMatch(broken::contains);
  }

  @Test
  void aFileThatCannotBeExecuted_breaksTheFirstRuleAlone()
      throws IOException, InterruptedException {
    var file = Files.writeString(folder.resolve("text"), "no program");
    var found =
        Examination.of(
            Examination.subject(file, Dialect.CVT, "slow", Examination.GENEROUS),
            Examination.named(Fault.BESIDES));
    assertThat(broken(found)).containsExactly("line");
    assertThat(found.seen("line")).startsWith("it cannot be started: ");
  }
}
