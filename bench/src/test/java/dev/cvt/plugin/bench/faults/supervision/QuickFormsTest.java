package dev.cvt.plugin.bench.faults.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.bench.faults.Fault;
import dev.cvt.plugin.bench.faults.GoPeers;
import dev.cvt.plugin.bench.faults.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults in short: 50 crashes, 6 killed hosts, 5 new versions, 3 kills under load. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class QuickFormsTest {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @BeforeAll
  static void needsGo() throws InterruptedException {
    try {
      var _ = GoPeers.named("cvt-plugin-echo", CHECKOUT);
    } catch (IOException e) {
      if (Boolean.getBoolean("peers.required")) {
        throw new AssertionError("peers.required is set, and there is no Go", e);
      }
      Assumptions.abort("needs the echo plugin in Go: " + e.getMessage());
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(new Crashes(), new HostKills(), new Swaps(), new KilledUnderLoad());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void nothingIsLostLeakedOrCorrupted(Fault fault) throws Exception {
    var result = fault.run(new Setting(true, CHECKOUT, folder, System.nanoTime()));

    System.out.println(fault.name() + ": " + result);
    assertThat(result.good()).as(result.toString()).isTrue();
  }
}
