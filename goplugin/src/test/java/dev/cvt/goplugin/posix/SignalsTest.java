package dev.cvt.goplugin.posix;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.posix.ProcessTable.Entry;
import dev.cvt.goplugin.posix.Signals.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both ways to send, against real processes. */
@Timeout(30)
class SignalsTest {
  private static final ProcessTable TABLE = new ProcTable(Path.of("/proc"));

  static Stream<Signals> ways() {
    return Stream.of(new HandleSignals(TABLE), new PidfdSignals(TABLE), new BestSignals(TABLE));
  }

  private static Process sleeping() throws IOException {
    return new ProcessBuilder("sleep", "60").start();
  }

  private static Entry entry(Process process) {
    return TABLE.find(process.pid()).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void term_endsTheProcess(Signals signals) throws Exception {
    var process = sleeping();
    assertThat(signals.send(entry(process), Kind.TERM)).isTrue();
    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void kill_endsTheProcess(Signals signals) throws Exception {
    var process = sleeping();
    assertThat(signals.send(entry(process), Kind.KILL)).isTrue();
    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void strangerOfTheSameNumber_isSparedAndItIsSaid(Signals signals) throws Exception {
    var process = sleeping();
    var real = entry(process);
    var before = new Entry(real.pid(), real.session(), real.start() - 1, false);
    assertThat(signals.send(before, Kind.KILL)).isFalse();
    assertThat(process.waitFor(200, java.util.concurrent.TimeUnit.MILLISECONDS)).isFalse();
    assertThat(signals.send(real, Kind.KILL)).isTrue();
    process.waitFor();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void processThatHasGone_isSaidSo(Signals signals) throws Exception {
    var process = sleeping();
    var entry = entry(process);
    process.destroyForcibly().waitFor();
    assertThat(signals.send(entry, Kind.KILL)).isFalse();
  }
}
