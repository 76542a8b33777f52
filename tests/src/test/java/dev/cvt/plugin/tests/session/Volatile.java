package dev.cvt.plugin.tests.session;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/** Puts names in the place of what is another in each run. Thread-safe. */
final class Volatile {

  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern SOCKET = Pattern.compile("plugin[0-9]+");
  private static final Map<String, String> USES =
      Map.of("1.3.6.1.5.5.7.3.1", "server", "1.3.6.1.5.5.7.3.2", "client");

  /** Longer texts first: a folder may lie in another. */
  private final ConcurrentSkipListMap<String, String> names =
      new ConcurrentSkipListMap<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  /** From here on, this text goes by that name. */
  void name(String text, String name) {
    names.putIfAbsent(text, name);
  }

  /** The text, as it is in every run. */
  String hide(String text) {
    var hidden = text;
    for (var each : names.entrySet()) {
      hidden = hidden.replace(each.getKey(), each.getValue());
    }
    hidden = SOCKET.matcher(hidden).replaceAll("plugin<digits>");
    return UUID.matcher(hidden).replaceAll("<uuid>");
  }

  /** What matters of a one-time certificate. */
  static String of(X509Certificate certificate) {
    try {
      var key =
          certificate.getPublicKey() instanceof ECPublicKey ec
              ? "EC of " + ec.getParams().getOrder().bitLength() + " bits"
              : certificate.getPublicKey().getAlgorithm();
      var facts = new ArrayList<>(List.of(key, certificate.getSigAlgName()));
      facts.add(certificate.getSubjectX500Principal().getName());
      facts.add("for " + names(certificate));
      facts.addAll(certificate.getExtendedKeyUsage().stream().map(USES::get).sorted().toList());
      if (certificate.getBasicConstraints() >= 0) {
        facts.add("may sign");
      }
      return "<certificate: " + String.join(", ", facts) + ">";
    } catch (CertificateParsingException e) {
      return "<certificate that cannot be read: " + e.getMessage() + ">";
    }
  }

  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }
}
