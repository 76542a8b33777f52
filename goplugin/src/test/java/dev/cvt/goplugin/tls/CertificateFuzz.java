package dev.cvt.goplugin.tls;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * Takes any text as the certificate in a handshake line, and any bytes as changes of a good one,
 * and says what must hold. For {@code .ci/fuzz} and the replay.
 *
 * <p>Each change is two bytes for the place and one for the value; the bytes are also taken as the
 * field and as PEM by themselves.
 */
public final class CertificateFuzz {
  /** One for all inputs, and the same in each run: what is found must be found again. */
  private static final byte[] GOOD =
      Base64.getDecoder()
          .decode(
              "MIICBzCCAWigAwIBAgIUQth/xHmXZVA9wFix9o9vfLqedtUwCgYIKoZIzj0EAwIwFDESMBAGA1UE"
                  + "AwwJbG9jYWxob3N0MCAXDTI2MTEyNDE1MDY0OVoYDzIwNTQwNDExMTUwNjQ5WjAUMRIwEAYDVQQD"
                  + "DAlsb2NhbGhvc3QwgZswEAYHKoZIzj0CAQYFK4EEACMDgYYABAAysLmHhHMhygKp38zWzRV2Z+eO"
                  + "I0Qn0H+WIW1r7IjlrsdpC8HpUykPjAT+2C5etfCSDoNVOi+ktndZfB9En2I9qQEMn9T81IBlzJ9L"
                  + "CdsCdMnyMI8cDIzlO+hN2yaEeiN13My6ykd/lOdzwtbHypJCy69aMv8wWLEUF3PuIkQBAu4DBqNT"
                  + "MFEwHQYDVR0OBBYEFHbSise2Y+74nkpFZD1msXXAoRuxMB8GA1UdIwQYMBaAFHbSise2Y+74nkpF"
                  + "ZD1msXXAoRuxMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDgYwAMIGIAkIBbTfEFZxj7EVn"
                  + "/hrYhUB5yrGLj4I3N9ZEttxl6+NLNSqQiiYBDP5YyN+AHEFRDHkeefxQHrcVtTekRgztyPpqmgIC"
                  + "QgDjD/r/pxbixrWqGOCuJ0VcUrj7FlpzhMz1DLC4WrU9AkY9KZLCBFABuyh23sEwqXhhcCZ1LsGF"
                  + "p3kNwdgIMW0WMQ==");

  private CertificateFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var text = new String(input, StandardCharsets.ISO_8859_1);
    attempt(() -> PeerCertificate.fromLine(text));
    attempt(() -> PeerCertificate.fromPem(text));
    var changed = GOOD.clone();
    for (int at = 0; at + 2 < input.length; at += 3) {
      int place = ((input[at] & 0xFF) << 8 | input[at + 1] & 0xFF) % changed.length;
      changed[place] = input[at + 2];
    }
    var padded = Base64.getEncoder().encodeToString(changed);
    var unpadded = Base64.getEncoder().withoutPadding().encodeToString(changed);
    boolean one = attempt(() -> PeerCertificate.fromLine(padded));
    boolean other = attempt(() -> PeerCertificate.fromLine(unpadded));
    require(one == other, "padding changes nothing");
  }

  private interface Reading {
    X509Certificate read() throws CertificateException;
  }

  /** Whether it is one. */
  private static boolean attempt(Reading reading) {
    X509Certificate certificate;
    try {
      certificate = reading.read();
    } catch (CertificateException e) {
      require(e.getMessage() != null, "why it is none is said");
      return false;
    }
    try {
      // All that is ever asked of it; it need not have a usable key.
      new ExactTrust(certificate).checkServerTrusted(new X509Certificate[] {certificate}, "EC");
    } catch (CertificateException e) {
      throw new AssertionError("does not hold: a certificate is the same as itself", e);
    }
    return true;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
