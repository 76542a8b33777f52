package dev.cvt.goplugin.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneTimeIdentityTest {
  private final OneTimeIdentity identity = OneTimeIdentity.generate();
  private final X509Certificate certificate = identity.certificate();

  @Test
  void certificate_isSignedByItself() {
    assertThatCode(() -> certificate.verify(certificate.getPublicKey())).doesNotThrowAnyException();
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(certificate.getSubjectX500Principal());
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(((ECPublicKey) certificate.getPublicKey()).getParams().getOrder().bitLength())
        .isEqualTo(256);
  }

  @Test
  void certificate_isForLocalhostAtBothEnds() throws Exception {
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
    assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, "localhost"));
    assertThat(certificate.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(certificate.getKeyUsage())
        .containsExactly(true, false, true, false, true, true, false, false, false);
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
  }

  @Test
  void certificate_isGoodFromJustBeforeNowForLong() throws Exception {
    certificate.checkValidity();
    certificate.checkValidity(Date.from(Instant.now().minus(Duration.ofMinutes(4))));
    certificate.checkValidity(Date.from(Instant.now().plus(Duration.ofDays(29 * 365))));
  }

  @Test
  void identities_areAllDifferent() {
    var other = OneTimeIdentity.generate();
    assertThat(other.certificate().getSerialNumber()).isNotEqualTo(certificate.getSerialNumber());
    assertThat(other.certificate().getPublicKey()).isNotEqualTo(certificate.getPublicKey());
  }

  @Test
  void pem_isReadBack() throws Exception {
    assertThat(PeerCertificate.fromPem(identity.pem())).isEqualTo(certificate);
    assertThat(identity.pem().lines()).allMatch(line -> line.length() <= 64);
  }

  @Test
  void lineField_isReadBackWithAndWithoutPadding() throws Exception {
    assertThat(identity.lineField()).doesNotContain("=");
    assertThat(PeerCertificate.fromLine(identity.lineField())).isEqualTo(certificate);
    assertThat(
            PeerCertificate.fromLine(Base64.getEncoder().encodeToString(certificate.getEncoded())))
        .isEqualTo(certificate);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not base64!", "AAAA", "MIIB"})
  void lineField_thatIsNone_isRefused(String field) {
    assertThatThrownBy(() -> PeerCertificate.fromLine(field))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void trust_isInThatOneCertificateOnly() throws Exception {
    var trust = new ExactTrust(certificate);
    var other = OneTimeIdentity.generate().certificate();
    trust.checkServerTrusted(new X509Certificate[] {certificate}, "ECDHE_ECDSA");
    trust.checkClientTrusted(new X509Certificate[] {certificate, other}, "EC");
    for (var chain :
        List.of(
            new X509Certificate[] {},
            new X509Certificate[] {other},
            new X509Certificate[] {other, certificate})) {
      assertThatThrownBy(() -> trust.checkServerTrusted(chain, "ECDHE_ECDSA"))
          .isInstanceOf(CertificateException.class);
      assertThatThrownBy(() -> trust.checkClientTrusted(chain, "EC"))
          .isInstanceOf(CertificateException.class);
    }
    assertThat(trust.getAcceptedIssuers()).isEmpty();
  }
}
