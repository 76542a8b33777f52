package dev.cvt.goplugin.serve;

import dev.cvt.goplugin.CannotServe;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes any text as the variables that a host sets, and says what must hold. For {@code .ci/fuzz}
 * and the replay.
 *
 * <p>Each line is the value of one variable, in the order below; NUL cannot be in a variable.
 */
public final class HostOfferFuzz {
  private static final String[] NAMES = {
    "PLUGIN_PROTOCOL_VERSIONS",
    "PLUGIN_MIN_PORT",
    "PLUGIN_MAX_PORT",
    "PLUGIN_UNIX_SOCKET_DIR",
    "TMPDIR",
    "PLUGIN_UNIX_SOCKET_GROUP",
    "PLUGIN_CLIENT_CERT"
  };

  private static final NavigableSet<Integer> SERVED = new TreeSet<>(Set.of(1, 2, 7));

  private HostOfferFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var values =
        new String(input, StandardCharsets.UTF_8).replace("\0", "").split("\n", NAMES.length);
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      environment.put(NAMES[i], values[i]);
    }
    try {
      holds(HostOffer.read(environment), values[0]);
    } catch (CannotServe e) {
      require(!e.fact().isBlank() && !e.remedy().isBlank(), "why and what to do is said");
    }
  }

  private static void holds(HostOffer offer, String versions) {
    int version = offer.choose(SERVED);
    require(SERVED.contains(version), "a version is chosen that is served");
    int highest =
        SERVED.stream().filter(offer.versions()::contains).mapToInt(v -> v).max().orElse(1);
    require(version == highest, "it is the highest in common, or the lowest");
    require(
        offer.versions().size() + offer.unreadableVersions().size()
            <= versions.split(",", -1).length,
        "no version is made up");
    require(offer.ports().first() <= offer.ports().last(), "the ports are a range");
    require(offer.ports().first() >= 0 && offer.ports().last() <= 65_535, "they are ports");
    HostTrust.of(offer);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
