package dev.cvt.goplugin.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.launch.FirstLine.Sighting;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.LineReader;
import dev.cvt.goplugin.tls.PeerCertificate;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads any bytes as what a plugin prints first, in one piece and in others, and says what must
 * hold. For {@code .ci/fuzz} and the replay.
 *
 * <p>The first byte says how it is cut into pieces, the second, when odd, that the search is
 * strict.
 */
public final class FirstLineFuzz {

  private FirstLineFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    boolean strict = (input[1] & 1) == 1;
    var output = Arrays.copyOfRange(input, 2, input.length);
    var whole = read(output, Math.max(1, output.length), strict);
    require(whole.equals(read(output, 1, strict)), "byte by byte it is the same");
    require(
        whole.equals(read(output, 1 + (input[0] & 0xFF), strict)), "in whatever pieces as well");
    holds(whole, output.length);
  }

  /** What came of it; not that which says how far it was at some time. */
  private record Outcome(List<Sighting> sightings, List<String> stray, long length) {}

  private static Outcome read(byte[] output, int piece, boolean strict) {
    var stray = new ArrayList<String>();
    var length = new long[1];
    var search =
        new FirstLine(
            strict,
            (early, bytes, n, total) -> {
              stray.add(early + " " + total + " " + new String(bytes, 0, n, UTF_8));
              length[0] += total;
            });
    var sightings = new ArrayList<Sighting>();
    for (int at = 0; at < output.length; at += piece) {
      var next = Arrays.copyOfRange(output, at, Math.min(output.length, at + piece));
      sightings.addAll(search.push(next, next.length));
    }
    sightings.addAll(search.end());
    sightings.removeIf(sighting -> sighting instanceof Sighting.Unfinished);
    // Counted when the bound is met, which is within a piece.
    sightings.replaceAll(
        sighting ->
            sighting instanceof Sighting.TooMuch(var lines, _, var first)
                ? new Sighting.TooMuch(lines, 0, first)
                : sighting);
    return new Outcome(sightings, stray, length[0]);
  }

  private static void holds(Outcome outcome, int length) {
    require(outcome.length() <= length, "no more comes out than went in");
    long ends = outcome.sightings().stream().filter(FirstLineFuzz::ends).count();
    require(ends == 1, "it ends once");
    for (var sighting : outcome.sightings()) {
      switch (sighting) {
        case Sighting.Found(var line) -> holds(line);
        case Sighting.Garbled(_, var problem) -> require(!problem.isBlank(), "a problem is named");
        case Sighting.Begun _,
            Sighting.Strange _,
            Sighting.Unfinished _,
            Sighting.TooMuch _,
            Sighting.Ended _ -> {}
      }
    }
  }

  private static boolean ends(Sighting sighting) {
    return switch (sighting) {
      case Sighting.Found _, Sighting.TooMuch _, Sighting.Ended _ -> true;
      case Sighting.Begun _, Sighting.Strange _, Sighting.Unfinished _, Sighting.Garbled _ -> false;
    };
  }

  private static void holds(HandshakeLine line) {
    var printed = line.print();
    require(
        !printed.strip().equals(printed) // white space at the end of a field is not its own
            || LineReader.read(printed + "\r\n").equals(new LineReader.Reading.Accepted(line)),
        "printed and read it is the same");
    require(!line.address().isEmpty(), "there is an address");
    var address = LocalAddress.of(line.network().word(), line.address());
    require(
        line.network() == HandshakeLine.Network.UNIX
            || address.isEmpty()
            || address.get().toString().contains("/127.")
            || address.get().toString().contains("0:0:0:0:0:0:0:1"),
        "a port is one of this machine's");
    line.certificate()
        .ifPresent(
            field -> {
              try {
                PeerCertificate.fromLine(field);
              } catch (CertificateException e) {
                require(e.getMessage() != null, "why a certificate is none is said");
              }
            });
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
