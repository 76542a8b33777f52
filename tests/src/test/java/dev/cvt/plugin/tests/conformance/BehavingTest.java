package dev.cvt.plugin.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.echo.JavaEcho;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.plugins.conformance.Dialect;
import dev.cvt.plugins.conformance.Outcome.Result;
import dev.cvt.plugins.conformance.Rules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins that others rely on keep every rule that must be kept, and ours keep all. */
@Execution(ExecutionMode.CONCURRENT)
class BehavingTest {
  /** What plugins on go-plugin's Go library are known for, whatever they do. */
  private static final List<String> OF_GO = List.of("host-killed", "sigterm-socket");

  @TempDir private Path folder;

  private static Examination examine(Path program, Dialect dialect, String slow)
      throws InterruptedException {
    return Examination.of(
        Examination.subject(program, dialect, slow, Examination.GENEROUS), Rules.all());
  }

  @Test
  void aProgramWithoutFault_keepsEveryRule() throws IOException, InterruptedException {
    assertKeepsAll(examine(Fault.script(folder, "behaves"), Dialect.CVT, "slow"));
  }

  @Test
  void aProgramThatListensOnAPort_keepsEveryRuleThatApplies()
      throws IOException, InterruptedException {
    var found = examine(Fault.script(folder, "serves-on-a-port"), Dialect.CVT, "slow");
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE))
        .containsExactly("socket-folder", "sigterm-socket", "shutdown-socket");
  }

  @Test
  void theJavaEchoPlugin_keepsEveryRule() throws IOException, InterruptedException {
    assertKeepsAll(examine(JavaEcho.script(folder), Dialect.CVT, "sleep:90s"));
  }

  private static void assertKeepsAll(Examination found) {
    assertThat(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE)).containsExactly("port-range");
    assertThat(found.report().conforms()).isTrue();
  }

  @Test
  void theGoEchoPlugin_keepsEveryRuleThatMustBeKept() throws InterruptedException {
    var found = hurried(Peers.goEcho(), Dialect.CVT);
    assertThat(found.rules(Result.FAILED)).as(found.complaints()).isEmpty();
    assertThat(found.rules(Result.NOT_APPLICABLE)).containsExactly("port-range");
    assertThat(found.rules(Result.WARNED))
        .containsExactly("host-killed", "sigterm-socket", "shutdown-orderly");
    assertThat(found.report().conforms()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc-plugin", "old-grpc-plugin"})
  void goPluginsExample_keepsEveryRuleThatMustBeKept(String name) throws InterruptedException {
    var found = hurried(Peers.named(name), Dialect.other("BASIC_PLUGIN", "hello", List.of(1)));
    assertThat(found.rules(Result.FAILED)).as(found.complaints()).isEmpty();
    assertThat(found.rules(Result.WARNED)).isEqualTo(OF_GO);
    assertThat(found.seen("info")).isEqualTo("it is not looked at as a plugin of CVT's");
  }

  @Test
  void goPluginsExample_ofTheOldProtocol_isToldSo() throws InterruptedException {
    var found =
        Examination.of(
            Examination.subject(
                Peers.named("netrpc-plugin"),
                Dialect.other("BASIC_PLUGIN", "hello", List.of(1)),
                "",
                Examination.GENEROUS),
            Examination.named(List.of("line", "line-protocol", "grpc", "health")));
    assertThat(found.rules(Result.FAILED)).containsExactly("line-protocol", "grpc");
    assertThat(found.rules(Result.NOT_APPLICABLE)).containsExactly("health");
    assertThat(found.seen("line-protocol")).startsWith("it printed \"netrpc\" in 1|1|unix|");
  }

  /** A killed host is not noticed, however long one waits. */
  private static Examination hurried(Path program, Dialect dialect) throws InterruptedException {
    var generous = Examination.GENEROUS;
    var patience =
        new dev.cvt.plugins.conformance.Patience(
            generous.answer(), generous.start(), generous.calm(), generous.calm());
    return Examination.of(
        Examination.subject(program, dialect, "sleep:90s", patience), Rules.all());
  }
}
