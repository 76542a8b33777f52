package dev.cvt.goplugin.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** One-time identities as others make them: of other kinds than our own. */
public final class Identities {
  private static final String PASSWORD = "hushhush";

  private Identities() {}

  /**
   * Makes one with the JDK's own tool.
   *
   * @param kind what the tool wants to be told of the key, such as {@code -keyalg EC -groupname
   *     secp384r1}
   */
  public static OneTimeIdentity made(Path folder, String kind)
      throws IOException, InterruptedException, GeneralSecurityException {
    var file = folder.resolve("identity.p12");
    var command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of("-genkeypair", "-alias", "one", "-storetype", "PKCS12"));
    command.addAll(List.of("-dname", "CN=localhost,O=Another", "-ext", "san=dns:localhost"));
    command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(kind.split(" ")));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = process.inputReader().readAllAsString();
    if (process.waitFor() != 0) {
      throw new AssertionError(said);
    }
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return new OneTimeIdentity(
        (PrivateKey) store.getKey("one", PASSWORD.toCharArray()),
        (X509Certificate) store.getCertificate("one"));
  }
}
