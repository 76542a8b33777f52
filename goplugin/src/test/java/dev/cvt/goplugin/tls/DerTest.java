package dev.cvt.goplugin.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerTest {
  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
    "2.5.29.19, 0603551d13",
    "1.3.6.1.5.5.7.3.1, 06082b06010505070301",
    "2.5.4.3, 0603550403"
  })
  void objectIdentifier_isWritten(String dotted, String expected) {
    assertThat(hex(Der.oid(dotted))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 020100", "127, 02017f", "128, 02020080", "256, 02020100"})
  void integer_isWritten(long value, String expected) {
    assertThat(hex(Der.integer(BigInteger.valueOf(value)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0400",
    "127, 047f",
    "128, 048180",
    "255, 0481ff",
    "256, 04820100",
    "65536, 0483010000"
  })
  void length_isWrittenInAsFewBytesAsCanBe(int length, String expected) {
    assertThat(hex(Der.octets(new byte[length])))
        .startsWith(expected)
        .hasSize(expected.length() + 2 * length);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T04:05:06.7Z, 170d3236313132333034303530365a",
    "2049-12-31T23:59:59Z, 170d3439313233313233353935395a",
    "2050-01-01T00:00:00Z, 180f32303530303130313030303030305a"
  })
  void time_changesItsFormIn2050(Instant instant, String expected) {
    assertThat(hex(Der.time(instant))).isEqualTo(expected);
  }

  @Test
  void namedBits_sayHowManyAreUnused() {
    assertThat(hex(Der.bits(0b1010_1100, 2))).isEqualTo("030202ac");
  }
}
