package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  private static final String[] UNITS = {"ns", "us", "µs", "μs", "ms", "s", "m", "h"};
  private static final long[] NANOS = {
    1, 1_000, 1_000, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L
  };

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "+0, 0",
    "-0, 0",
    "0s, 0",
    "5s, 5000000000",
    "+5s, 5000000000",
    "-5s, -5000000000",
    "250ms, 250000000",
    "1m30s, 90000000000",
    "1.5h, 5400000000000",
    "2us, 2000",
    "2µs, 2000",
    "2μs, 2000",
    ".5s, 500000000",
    "5.s, 5000000000",
    "1h1m1s1ms1us1ns, 3661001001001",
    "3s1h, 3603000000000",
    "0.3ns, 0",
    "0.9999999999s, 999999999",
    "0.100000000000000000000h, 360000000000",
    "0.9223372036854775807h, 3320413933267",
    "0.9223372036854775808h, 3320413933267",
    "9223372036854775807ns, 9223372036854775807",
    "9223372036854775.807us, 9223372036854775807",
    "9223372036s854ms775us807ns, 9223372036854775807",
    "-9223372036854775808ns, -9223372036854775808",
    "2540400h10m10s, 9145440610000000000",
  })
  void text_isReadAsGoReadsIt(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Parsed.good(Duration.ofNanos(nanos)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "''|\"\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        "-|\"-\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        "s|\"s\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        ".s|\".s\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        "five|\"five\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        "5s |\"5s \" has the unknown unit \"s \"|use h, m, s, ms, us or ns",
        " 5s|\" 5s\" is not a duration|write it like 250ms, 5s, 1m30s or 1.5h",
        "5|\"5\" is a number without a unit|say which: 5s, 5ms or 5m",
        "1m5|\"1m5\" is a number without a unit|say which: 1m5s, 1m5ms or 1m5m",
        "-3|\"-3\" is a number without a unit|say which: -3s, -3ms or -3m",
        "1.5.5s|\"1.5.5s\" is a number without a unit|say which: 1.5.5ss, 1.5.5sms or 1.5.5sm",
        "1d|\"1d\" has the unknown unit \"d\"|use h, m, s, ms, us or ns",
        "5S|\"5S\" has the unknown unit \"S\"|use h, m, s, ms, us or ns",
        "5m s|\"5m s\" has the unknown unit \"m s\"|use h, m, s, ms, us or ns",
        "9223372036854775808ns|\"9223372036854775808ns\" is longer than a duration can be"
            + "|use at most 2562047h47m16.854775807s",
        "99999999999999999999ns|\"99999999999999999999ns\" is longer than a duration can be"
            + "|use at most 2562047h47m16.854775807s",
        "2562048h|\"2562048h\" is longer than a duration can be"
            + "|use at most 2562047h47m16.854775807s",
        "9223372036854775807ns1ns|\"9223372036854775807ns1ns\" is longer than a duration can be"
            + "|use at most 2562047h47m16.854775807s",
        "-9223372036854775808ns1ns|\"-9223372036854775808ns1ns\" is longer than a duration can be"
            + "|use at most 2562047h47m16.854775807s",
      })
  void text_isRefusedWithTheFix(String text, String what, String remedy) {
    assertThat(GoDuration.parse(text)).isEqualTo(Parsed.bad(what, remedy));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1100, 1.1µs",
    "2200000, 2.2ms",
    "250000000, 250ms",
    "3300000000, 3.3s",
    "60000000000, 1m0s",
    "90000000000, 1m30s",
    "245000000000, 4m5s",
    "245001000000, 4m5.001s",
    "18367001000000, 5h6m7.001s",
    "480000000001, 8m0.000000001s",
    "3600000000000, 1h0m0s",
    "-1, -1ns",
    "-90000000000, -1m30s",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s",
  })
  void duration_isPrintedAsGoPrintsIt(long nanos, String text) {
    assertThat(GoDuration.print(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @Test
  void anyDuration_printedAndRead_isTheSame() {
    var random = new Random(1);
    for (var i = 0; i < 20_000; i++) {
      var duration = Duration.ofNanos(random.nextLong() >> random.nextInt(64));

      assertThat(GoDuration.parse(GoDuration.print(duration))).isEqualTo(Parsed.good(duration));
    }
  }

  /** Up to nine digits after the point, where Go's floating point loses nothing that counts. */
  @Test
  void anyTextOfTheGrammar_isWhatExactArithmeticSays() {
    for (var seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder();
      var sum = BigInteger.ZERO;
      for (var parts = random.nextInt(1, 4); parts > 0; parts--) {
        var unit = random.nextInt(UNITS.length);
        var number = number(random);
        text.append(number).append(UNITS[unit]);
        sum = sum.add(exact(number, NANOS[unit]));
      }
      var sign = new String[] {"", "+", "-"}[random.nextInt(3)];

      var parsed = GoDuration.parse(sign + text);

      var limit = BigInteger.TWO.pow(63);
      var fits = sign.equals("-") ? sum.compareTo(limit) <= 0 : sum.compareTo(limit) < 0;
      var signed = sign.equals("-") ? sum.negate() : sum;
      if (fits) {
        assertThat(parsed)
            .as("%s%s", sign, text)
            .isEqualTo(Parsed.good(Duration.ofNanos(signed.longValueExact())));
      } else {
        assertThat(parsed).as("%s%s", sign, text).isInstanceOf(Parsed.Bad.class);
      }
    }
  }

  private static String number(Random random) {
    var whole = Long.toUnsignedString(random.nextLong() >>> random.nextInt(1, 64));
    return switch (random.nextInt(4)) {
      case 0 -> whole + "." + random.nextInt(1, 1_000);
      case 1 -> "." + random.nextInt(1_000);
      default -> whole;
    };
  }

  private static BigInteger exact(String number, long nanos) {
    return new BigDecimal("0" + number)
        .multiply(BigDecimal.valueOf(nanos))
        .setScale(0, RoundingMode.DOWN)
        .toBigIntegerExact();
  }

  /** Near misses: whatever they are, they end, and what is taken can be printed. */
  @Test
  void anyTextOfItsLetters_isTakenOrRefused() {
    var random = new Random(7);
    for (var i = 0; i < 50_000; i++) {
      var text = new StringBuilder();
      for (var n = random.nextInt(9); n > 0; n--) {
        text.append("0159..-+ hmsunµ".charAt(random.nextInt(15)));
      }
      switch (GoDuration.parse(text.toString())) {
        case Parsed.Good<Duration>(var duration) ->
            assertThat(GoDuration.parse(GoDuration.print(duration)))
                .isEqualTo(Parsed.good(duration));
        case Parsed.Bad<Duration>(var wrong) ->
            assertThat(wrong.what()).startsWith(Shown.quoted(text.toString()));
      }
    }
  }
}
