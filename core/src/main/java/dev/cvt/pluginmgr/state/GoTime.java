package dev.cvt.pluginmgr.state;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times as Go's {@code time.Time} reads (leniently) and writes them in JSON: RFC 3339. */
public final class GoTime {

  /** Go's zero time, which stands for "none". */
  public static final OffsetDateTime ZERO = OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})"
              + "(?:[.,]([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))");

  private GoTime() {}

  /**
   * Reads a time. Fractions are cut after nanoseconds.
   *
   * @return empty if it is none, or has a zone beyond ±18:00, which exists nowhere
   */
  public static Optional<OffsetDateTime> parse(String text) {
    var m = FORM.matcher(text);
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      var fraction = m.group(7) == null ? "" : m.group(7);
      int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
      var local =
          LocalDateTime.of(
              Integer.parseInt(m.group(1)),
              Integer.parseInt(m.group(2)),
              Integer.parseInt(m.group(3)),
              Integer.parseInt(m.group(4)),
              Integer.parseInt(m.group(5)),
              Integer.parseInt(m.group(6)),
              nanos);
      return Optional.of(OffsetDateTime.of(local, zone(m.group(8), m.group(9), m.group(10))));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** Writes a time: its own zone, its fraction without trailing zeros. */
  public static String format(OffsetDateTime time) {
    // Go knows whole minutes of zones only, and would cut the rest and with it change the instant.
    var t =
        time.getOffset().getTotalSeconds() % 60 == 0
            ? time
            : time.withOffsetSameInstant(ZoneOffset.UTC);
    var text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%04d-%02d-%02dT%02d:%02d:%02d",
                t.getYear(),
                t.getMonthValue(),
                t.getDayOfMonth(),
                t.getHour(),
                t.getMinute(),
                t.getSecond()));
    if (t.getNano() != 0) {
      var digits = String.format(Locale.ROOT, "%09d", t.getNano());
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      text.append('.').append(digits, 0, end);
    }
    return text.append(t.getOffset().getId()).toString();
  }

  private static ZoneOffset zone(@Nullable String sign, String hours, String minutes) {
    if (sign == null) {
      return ZoneOffset.UTC;
    }
    int h = Integer.parseInt(hours);
    int m = Integer.parseInt(minutes);
    if (h > 24 || m > 60) {
      throw new DateTimeException("no such zone");
    }
    return ZoneOffset.ofTotalSeconds((sign.equals("-") ? -1 : 1) * (h * 60 + m) * 60);
  }
}
