package dev.cvt.goplugin.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The formats that Linux hands to another program (binfmt_misc): foreign binaries to an emulator,
 * jars to a JVM. Read anew each time; there are few.
 *
 * @param folder where the kernel shows them
 */
record Emulators(Path folder) {
  private static final int AS_MANY_AS_MATTER = 256;

  static Emulators system() {
    return new Emulators(Path.of("/proc/sys/fs/binfmt_misc"));
  }

  /** Where they would be, if they cannot be seen. */
  Optional<Path> unseen() {
    return Files.exists(folder.resolve("status")) ? Optional.empty() : Optional.of(folder);
  }

  /** Whether one of them takes a file. */
  boolean take(byte[] head, Path program) {
    var name = String.valueOf(program.getFileName());
    return registered().stream().anyMatch(lines -> takes(lines, head, name));
  }

  private List<List<String>> registered() {
    var all = new ArrayList<List<String>>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        var name = String.valueOf(file.getFileName());
        if (!name.equals("register") && !name.equals("status")) {
          all.add(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // not Linux, or not mounted
    }
    return all;
  }

  private static boolean takes(List<String> lines, byte[] head, String name) {
    if (!lines.contains("enabled")) {
      return false;
    }
    var extension = value(lines, "extension .");
    if (extension.isPresent()) {
      return name.endsWith("." + extension.get());
    }
    var magic = value(lines, "magic ").map(HexFormat.of()::parseHex);
    int offset = value(lines, "offset ").map(Integer::parseInt).orElse(0);
    if (magic.isEmpty() || offset < 0 || offset > AS_MANY_AS_MATTER) {
      return false;
    }
    return matches(head, offset, magic.get(), value(lines, "mask ").map(HexFormat.of()::parseHex));
  }

  private static boolean matches(byte[] head, int offset, byte[] magic, Optional<byte[]> mask) {
    if (head.length < offset + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      int care = mask.isPresent() && i < mask.get().length ? mask.get()[i] : 0xff;
      if (((head[offset + i] ^ magic[i]) & care & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst();
  }
}
