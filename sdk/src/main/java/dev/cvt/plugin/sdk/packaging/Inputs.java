package dev.cvt.plugin.sdk.packaging;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** All that a packed file is made from, as one hash: the same hash, and there is nothing to do. */
final class Inputs {

  private Inputs() {}

  /** Takes the hash of options, modules and JDK. */
  static String digest(Options options) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    add(digest, options.toString());
    add(digest, System.getProperty("java.vm.version") + System.getProperty("java.home"));
    for (String item : options.modulePath().split(File.pathSeparator, -1)) {
      for (Path file : files(Path.of(item))) {
        add(digest, file + " " + FileList.sha256(file));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path item) throws IOException {
    try (Stream<Path> files = Files.walk(item)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void add(MessageDigest digest, String line) {
    digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
