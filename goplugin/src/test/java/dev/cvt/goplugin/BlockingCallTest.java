package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockingCallTest {

  /** The unit letters and the eight digits are those of gRPC's own description of its wire. */
  @ParameterizedTest
  @CsvSource({
    "PT0.000000001S, 1n",
    "PT0.099999999S, 99999999n",
    "PT0.1S, 100000u",
    "PT5S, 5000000u",
    "PT99.999999S, 99999999u",
    "PT100S, 100000m",
    "PT24H, 86400000m",
    "PT48H, 172800S"
  })
  void header_ofATime_isTheShortestThatFits(Duration time, String header) {
    assertThat(BlockingCall.header(time.toNanos())).isEqualTo(header);
  }

  @Test
  void header_ofTheLongestTime_fits() {
    assertThat(BlockingCall.header(Long.MAX_VALUE)).hasSizeLessThanOrEqualTo(9).endsWith("S");
  }
}
