package dev.cvt.goplugin.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnKeyTest {
  private final OneTimeIdentity identity = OneTimeIdentity.generate();
  private final OwnKey key = new OwnKey(identity);

  @TempDir Path folder;

  @Test
  void whoeverAsks_isShownTheOneIdentity() {
    var client = key.chooseEngineClientAlias(new String[] {"RSA", "EC"}, null, null);
    assertThat(client).isNotNull();
    assertThat(key.getPrivateKey(client)).isSameAs(identity.key());
    assertThat(key.getCertificateChain(client)).containsExactly(identity.certificate());
    assertThat(key.chooseEngineServerAlias("EC", null, null)).isEqualTo(client);
    assertThat(key.chooseClientAlias(new String[] {"EC"}, null, null)).isEqualTo(client);
    assertThat(key.chooseServerAlias("EC", null, null)).isEqualTo(client);
    assertThat(key.getClientAliases("EC", null)).containsExactly(client);
    assertThat(key.getServerAliases("EC", null)).containsExactly(client);
  }

  @Test
  void whoWantsAnotherKindOfKey_isShownNone() {
    assertThat(key.chooseEngineClientAlias(new String[] {"RSA", "EdDSA"}, null, null)).isNull();
    assertThat(key.chooseEngineServerAlias("RSA", null, null)).isNull();
    assertThat(key.getServerAliases("RSA", null)).isNull();
  }

  @Test
  void anotherName_hasNothing() {
    assertThat(key.getPrivateKey("somebody")).isNull();
    assertThat(key.getCertificateChain("somebody")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "-keyalg EC -groupname secp521r1, EC",
    "-keyalg RSA -keysize 2048, RSA",
    "-keyalg Ed25519, EdDSA"
  })
  void keyOfAnotherKind_isShownToWhoWantsThat(String kind, String type) throws Exception {
    var other = new OwnKey(Identities.made(folder, kind));
    assertThat(other.chooseEngineServerAlias(type, null, null)).isNotNull();
    assertThat(other.chooseEngineServerAlias("DSA", null, null)).isNull();
  }
}
