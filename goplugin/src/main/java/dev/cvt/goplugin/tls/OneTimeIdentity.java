package dev.cvt.goplugin.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A key and a self-signed certificate for one start of one plugin, as AutoMTLS wants them: name
 * {@code localhost}, good for both ends of a connection, its own authority. The key is P-256 and
 * never leaves the memory of this process. Immutable.
 *
 * @param key the private key
 * @param certificate what the other side is given
 */
public record OneTimeIdentity(PrivateKey key, X509Certificate certificate) {
  private static final String CURVE = "secp256r1";
  private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String ALTERNATIVE_NAME = "2.5.29.17";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

  /** Digital signature, key encipherment, key agreement, signing of certificates. */
  private static final int USAGES = 0b1010_1100;

  private static final int USAGES_UNUSED = 2;
  private static final int DNS_NAME = 0x82;
  private static final String NAME = "localhost";
  private static final int SERIAL_BITS = 127;

  /** Clocks in containers and virtual machines are not quite the same. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  /** As long as go-plugin's: a plugin may run for years. */
  private static final Duration LIFE = Duration.ofDays(30L * 365);

  private static final int PEM_LINE = 64;

  /**
   * Makes one.
   *
   * @throws IllegalStateException if this JDK lacks the curve
   */
  public static OneTimeIdentity generate() {
    try {
      var random = new SecureRandom();
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      var pair = generator.generateKeyPair();
      var body = body(new BigInteger(SERIAL_BITS, random), pair.getPublic().getEncoded());
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(pair.getPrivate(), random);
      signature.update(body);
      var der = Der.sequence(body, algorithm(), Der.bits(signature.sign()));
      return new OneTimeIdentity(pair.getPrivate(), certificate(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK cannot make a certificate on " + CURVE, e);
    }
  }

  private static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static byte[] algorithm() {
    return Der.sequence(Der.oid(ECDSA_SHA256));
  }

  /** The part that is signed: TBSCertificate of RFC 5280. */
  private static byte[] body(BigInteger serial, byte[] publicKey) {
    var name = Der.sequence(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(NAME))));
    var now = Instant.now();
    return Der.sequence(
        Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
        Der.integer(serial.setBit(0)), // more than 0
        algorithm(),
        name,
        Der.sequence(Der.time(now.minus(CLOCK_SKEW)), Der.time(now.plus(LIFE))),
        name,
        publicKey,
        Der.explicit(
            3,
            Der.sequence(
                critical(BASIC_CONSTRAINTS, Der.sequence(Der.yes())),
                critical(KEY_USAGE, Der.bits(USAGES, USAGES_UNUSED)),
                extension(
                    EXTENDED_KEY_USAGE, Der.sequence(Der.oid(CLIENT_AUTH), Der.oid(SERVER_AUTH))),
                extension(
                    ALTERNATIVE_NAME,
                    Der.sequence(
                        Der.tagged(DNS_NAME, NAME.getBytes(StandardCharsets.US_ASCII)))))));
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.octets(value));
  }

  private static byte[] critical(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
  }

  /** The certificate as text, for {@code PLUGIN_CLIENT_CERT}. */
  public String pem() {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(encoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  /** The certificate as the handshake line carries it: base64 without padding. */
  public String lineField() {
    return Base64.getEncoder().withoutPadding().encodeToString(encoded());
  }

  private byte[] encoded() {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate of our own has no encoding", e);
    }
  }
}
