package dev.cvt.pluginmgr.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The text of a file that holds a secret: all of it, as it is. */
final class SecretFile {
  /** In bytes. A key or a token is far smaller. */
  static final int LARGEST = 16 << 10;

  private SecretFile() {}

  /** The text; or nothing, and a problem. */
  static Optional<String> read(Placed<Path> file, KeyPath key, Problems problems) {
    var name = "the secret file " + Shown.quoted(file.value().toString());
    switch (read(file.value(), name)) {
      case Parsed.Bad<String>(var wrong) -> {
        problems.error(file.spot(), key, wrong);
        return Optional.empty();
      }
      case Parsed.Good<String>(var text) -> {
        if (text.endsWith("\n")) {
          problems.warn(
              file.spot(),
              key,
              name + " ends with a line break, which is part of the secret",
              "write it without one, as printf does");
        }
        return Optional.of(text);
      }
    }
  }

  private static Parsed<String> read(Path file, String name) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return Parsed.bad(name + " is no regular file", "name the file that holds the secret");
    }
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      return Parsed.bad(name + " " + Trouble.with(e), "name a file that this user can read");
    }
    if (bytes.length == 0) {
      return Parsed.bad(name + " is empty", "write the secret into it");
    }
    if (bytes.length > LARGEST) {
      return Parsed.bad(
          "%s is larger than %s".formatted(name, ByteSize.print(LARGEST)),
          "name the file that holds the secret and nothing else");
    }
    try {
      return Parsed.good(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Parsed.bad(name + " is not UTF-8 text", "encode it, in base64 for example");
    }
  }
}
