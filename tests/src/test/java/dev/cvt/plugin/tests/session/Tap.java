package dev.cvt.plugin.tests.session;

import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.LineReader;
import dev.cvt.goplugin.line.LineReader.Reading;
import dev.cvt.goplugin.tls.OneTimeIdentity;
import dev.cvt.goplugin.tls.PeerCertificate;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A program in the place of a plugin: it hands its variables over to this JVM, starts the plugin,
 * and lets this JVM say to the host what the plugin says, with other sockets and certificates in
 * it. What goes over those is noted. For one start.
 */
final class Tap implements AutoCloseable {

  private static final String CLIENT_CERT = "PLUGIN_CLIENT_CERT";

  /** What a shell adds on its own, where a host starts its plugin through one. */
  private static final List<String> SHELLS = List.of("PWD", "OLDPWD", "SHLVL", "_");

  private static final List<String> FOLDERS = List.of("PLUGIN_UNIX_SOCKET_DIR", "TMPDIR");

  private final Path folder;
  private final Volatile names;
  private final Transcript transcript;
  private final Set<String> known;
  private final OneTimeIdentity own = OneTimeIdentity.generate();
  private final Thread thread;
  private volatile Optional<Relays> relays = Optional.empty();

  /**
   * Waits to be started.
   *
   * @param program where the program goes
   * @param plugin the plugin's command line, as a shell reads it
   * @param folder empty, with a short path
   * @param known variables that are the host's own, or the test's
   */
  Tap(
      Path program,
      String plugin,
      Path folder,
      Set<String> known,
      Volatile names,
      Transcript transcript)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.known = known;
    this.names = names;
    this.transcript = transcript;
    for (var fifo : List.of("variables", "certificate", "from-plugin", "to-host")) {
      var made = new ProcessBuilder("mkfifo", folder.resolve(fifo).toString()).start();
      if (made.waitFor() != 0) {
        throw new AssertionError("mkfifo ended with " + made.exitValue());
      }
    }
    Files.writeString(
        program,
        """
        #!/bin/sh
        # A plugin, and this test between it and its host.
        /bin/cat /proc/$$/environ >'%1$s/variables'
        if [ -n "${PLUGIN_CLIENT_CERT-}" ]; then
          PLUGIN_CLIENT_CERT=$(/bin/cat '%1$s/certificate')
        fi
        /bin/cat '%1$s/to-host' &
        %2$s >'%1$s/from-plugin'
        code=$?
        echo $code >'%1$s/exit'
        exit $code
        """
            .formatted(folder, plugin));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    thread = Thread.ofPlatform().daemon().name("tap").start(this::run);
  }

  private void run() {
    try (var variables = new FileInputStream(folder.resolve("variables").toFile())) {
      var host = note(new String(variables.readAllBytes(), StandardCharsets.UTF_8));
      if (host.isPresent()) {
        Files.writeString(folder.resolve("certificate"), own.pem());
      }
      // By the old classes: the new ones would seek, which a pipe does not know.
      try (var from = new FileInputStream(folder.resolve("from-plugin").toFile());
          var to = new FileOutputStream(folder.resolve("to-host").toFile())) {
        to.write(between(host, firstLine(from)).getBytes(StandardCharsets.UTF_8));
        for (int next = from.read(); next >= 0; next = from.read()) {
          to.write(next);
        }
      }
    } catch (IOException | CertificateException e) {
      transcript.line("not to be had: " + e);
    }
  }

  /** Notes the variables, and gives the host's certificate if there is one. */
  private Optional<X509Certificate> note(String environment) throws CertificateException {
    var given = new TreeMap<String, String>();
    for (var variable : environment.split("\0")) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        given.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    given.keySet().removeAll(SHELLS);
    given.keySet().removeAll(known);
    given.entrySet().removeAll(System.getenv().entrySet());
    for (var variable : FOLDERS) {
      Optional.ofNullable(given.get(variable)).ifPresent(path -> names.name(path, "<folder>"));
    }
    Optional<X509Certificate> host = Optional.empty();
    for (var each : given.entrySet()) {
      if (each.getKey().equals(CLIENT_CERT)) {
        host = Optional.of(PeerCertificate.fromPem(each.getValue()));
        transcript.variable(each.getKey(), Volatile.of(host.get()));
      } else {
        transcript.variable(each.getKey(), names.hide(each.getValue()));
      }
    }
    return host;
  }

  private static String firstLine(InputStream from) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = from.read(); next >= 0; next = from.read()) {
      line.write(next);
      if (next == '\n') {
        break;
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Notes the line, and gives the one for the host. */
  private String between(Optional<X509Certificate> host, String text)
      throws IOException, CertificateException {
    var fields = text.stripTrailing().split("\\|", -1);
    var plugin = Optional.<X509Certificate>empty();
    if (fields.length > 5 && !fields[5].isEmpty()) {
      plugin = Optional.of(PeerCertificate.fromLine(fields[5]));
      fields[5] = Volatile.of(plugin.get());
    }
    transcript.line(names.hide(String.join("|", fields)));
    if (!(LineReader.read(text) instanceof Reading.Accepted(var line))
        || !line.protocol().equals(HandshakeLine.GRPC)) {
      return text;
    }
    var between =
        new Relays(
            folder,
            host.map(certificate -> Security.of(own, certificate)),
            plugin.map(certificate -> Security.of(own, certificate)),
            transcript);
    relays = Optional.of(between);
    var socket = between.main(LocalAddress.of(line.network().word(), line.address()).orElseThrow());
    return new HandshakeLine(
                line.core(),
                line.app(),
                HandshakeLine.Network.UNIX,
                socket.toString(),
                line.protocol(),
                plugin.map(_ -> own.lineField()),
                line.multiplexing())
            .print()
        + "\n";
  }

  /** Notes how the plugin ended, and leaves nothing. To be called when the host has stopped it. */
  @Override
  public void close() throws IOException {
    try {
      // If no plugin was started it waits at one after another.
      while (thread.isAlive()) {
        for (var fifo : List.of("variables", "certificate", "from-plugin", "to-host")) {
          // Whoever still waits for the other end has it now, and reads its end.
          new RandomAccessFile(folder.resolve(fifo).toFile(), "rw").close();
        }
        thread.join(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    relays.ifPresent(Relays::close);
    var exit = folder.resolve("exit");
    if (Files.exists(exit)) {
      transcript.end("exits with " + Files.readString(exit).strip());
    }
  }
}
