package dev.cvt.plugin.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.echo.JavaEcho;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugins.conformance.Dialect;
import dev.cvt.plugins.conformance.Outcome.Result;
import dev.cvt.plugins.conformance.Patience;
import dev.cvt.plugins.conformance.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that others rely on keep every rule that must be kept, and ours keep all. */
class BehavingTest {
  /** What plugins on go-plugin's Go library are known for, whatever they do. */
  private static final List<String> OF_GO = List.of("host-killed", "sigterm-socket");

  /** What has nothing to say about one that prints nothing. */
  private static final List<String> OF_PRINTS = List.of("print-flood", "print-unfetched");

  private static final Dialect EXAMPLE = Dialect.other("BASIC_PLUGIN", "hello", List.of(1));
  private static final Ahead AHEAD = new Ahead();

  @TempDir private static Path folder;

  @BeforeAll
  static void begin() {
    AHEAD.begin("java echo", () -> examine(JavaEcho.script(folder), Dialect.CVT, "sleep:90s"));
    for (var name : List.of("behaves", "prints", "serves-on-a-port")) {
      AHEAD.begin(name, () -> examine(Fault.script(folder, name), Dialect.CVT, "slow"));
    }
    AHEAD.begin("go echo", () -> hurried(Peers.goEcho(), Dialect.CVT));
    AHEAD.begin("java echo prints", () -> flood(JavaEcho.script(folder), Examination.GENEROUS));
    var inVain = Duration.ofSeconds(4);
    var generousCalm = Examination.GENEROUS.calm();
    AHEAD.begin(
        "go echo prints",
        () -> flood(Peers.goEcho(), new Patience(inVain, inVain, inVain, generousCalm)));
    for (var name : List.of("grpc-plugin", "old-grpc-plugin")) {
      AHEAD.begin(name, () -> hurried(Peers.named(name), EXAMPLE));
    }
  }

  @AfterAll
  static void end() throws InterruptedException {
    AHEAD.end();
  }

  private static Examination examine(Path program, Dialect dialect, String slow)
      throws InterruptedException {
    return Examination.of(
        Examination.subject(program, dialect, slow, Examination.GENEROUS), Rules.all());
  }

  @Test
  void aProgramWithoutFault_keepsEveryRule() throws Exception {
    assertKeepsAll(AHEAD.of("behaves"));
  }

  @Test
  void aProgramThatPrintsWithEachCall_keepsEveryRule() throws Exception {
    var found = AHEAD.of("prints");
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE)).containsExactly("port-range");
  }

  @Test
  void aProgramThatListensOnAPort_keepsEveryRuleThatApplies() throws Exception {
    var found = AHEAD.of("serves-on-a-port");
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE))
        .containsExactly(
            "socket-folder", "print-flood", "print-unfetched", "sigterm-socket", "shutdown-socket");
  }

  @Test
  void theJavaEchoPlugin_keepsEveryRule() throws Exception {
    assertKeepsAll(AHEAD.of("java echo"));
  }

  private static void assertKeepsAll(Examination found) {
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE))
        .containsExactly("port-range", "print-flood", "print-unfetched");
    assertThat(found.seen("print-flood")).isEqualTo("it prints nothing when it is called");
    assertThat(found.report().conforms()).isTrue();
  }

  @Test
  void theJavaEchoPlugin_printsWhetherOrNotAnybodyFetchesIt() throws Exception {
    var found = AHEAD.of("java echo prints");
    assertThat(found.rules(Result.PASSED)).as(found.complaints()).isEqualTo(OF_PRINTS);
  }

  @Test
  void theGoEchoPlugin_printsUntilAPipeIsFullThatNobodyFetches() throws Exception {
    var found = AHEAD.of("go echo prints");
    assertThat(found.rules(Result.PASSED)).as(found.complaints()).containsExactly("print-flood");
    assertThat(found.rules(Result.WARNED)).containsExactly("print-unfetched");
    assertThat(found.seen("print-unfetched"))
        .matches("after \\d+ calls and \\d+ KiB of prints, \\d+ of 64 calls were not answered, .*");
  }

  @Test
  void theGoEchoPlugin_keepsEveryRuleThatMustBeKept() throws Exception {
    var found = AHEAD.of("go echo");
    assertThat(found.rules(Result.FAILED)).as(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE))
        .containsExactly("port-range", "print-flood", "print-unfetched");
    assertThat(found.rules(Result.WARNED))
        .containsExactly("host-killed", "sigterm-socket", "shutdown-orderly");
    assertThat(found.report().conforms()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc-plugin", "old-grpc-plugin"})
  void goPluginsExample_keepsEveryRuleThatMustBeKept(String name) throws Exception {
    var found = AHEAD.of(name);
    assertThat(found.rules(Result.FAILED)).as(found.complaints()).isEmpty();
    assertThat(found.rules(Result.WARNED)).isEqualTo(OF_GO);
    assertThat(found.seen("info")).isEqualTo("it is not looked at as a plugin of CVT's");
  }

  @Test
  void goPluginsExample_ofTheOldProtocol_isToldSo() throws InterruptedException {
    var found =
        Examination.of(
            Examination.subject(Peers.named("netrpc-plugin"), EXAMPLE, "", Examination.GENEROUS),
            Examination.named(List.of("line", "line-protocol", "grpc", "health")));
    assertThat(found.rules(Result.FAILED)).containsExactly("line-protocol", "grpc");
    assertThat(found.rules(Result.NOT_APPLICABLE)).containsExactly("health");
    assertThat(found.seen("line-protocol")).startsWith("it printed \"netrpc\" in 1|1|unix|");
  }

  /** Both rules about prints, of one that prints when it is asked to. */
  private static Examination flood(Path program, Patience patience) throws InterruptedException {
    return Examination.of(
        Examination.subject(program, Dialect.CVT, "print:" + "w".repeat(100), "", patience),
        Examination.named(OF_PRINTS));
  }

  /** A killed host is not noticed, however long one waits. */
  private static Examination hurried(Path program, Dialect dialect) throws InterruptedException {
    var generous = Examination.GENEROUS;
    var patience =
        new Patience(generous.answer(), generous.start(), generous.calm(), generous.calm());
    return Examination.of(
        Examination.subject(program, dialect, "sleep:90s", patience), Rules.all());
  }
}
