package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, 6.13.0, true",
    "Linux, 6.18.44-fc, true",
    "Linux, 7.0, true",
    "Linux, 6.12.9, false",
    "Linux, 5.15.0-generic, false",
    "Linux, strange, false",
    "Mac OS X, 14.1, false"
  })
  void kernel_withFineTimes_isKnown(String name, String version, boolean fine) {
    assertThat(Ticks.isFineKernel(name, version)).isEqualTo(fine);
  }

  @Test
  @Timeout(10)
  void clock_thatWasSetBackFar_holdsNobodyUp() throws Exception {
    var future = FileTime.from(Instant.now().plus(Duration.ofDays(1)));
    var facts = new FileFacts(0, future, Optional.empty(), Optional.of(future));
    Ticks.pass(facts, Path.of("/proc/self/status")); // on a file system without fine times
  }
}
