package dev.cvt.pluginmgr.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Inputs worth keeping, as a text that can be read and compared: an input a line, the short ones
 * first; backslashes double, line breaks as {@code \n}, other bytes that are not printable ASCII as
 * {@code \xNN}. As a program it turns such a text into a folder of files for the fuzzer, and back.
 */
public final class Corpus {
  private Corpus() {}

  public static void main(String[] args) throws IOException {
    if (args.length == 3 && args[0].equals("unpack")) {
      unpack(Path.of(args[1]), Path.of(args[2]));
    } else if (args.length == 3 && args[0].equals("pack")) {
      pack(Path.of(args[1]), Path.of(args[2]));
    } else {
      throw new IllegalArgumentException("unpack FILE FOLDER, or pack FOLDER FILE");
    }
  }

  private static void unpack(Path file, Path folder) throws IOException {
    var number = 0;
    for (var input : read(Files.readAllBytes(file))) {
      Files.write(folder.resolve("kept-" + number++), input);
    }
  }

  private static void pack(Path folder, Path file) throws IOException {
    try (var inputs = Files.list(folder)) {
      var lines =
          inputs
              .map(Corpus::line)
              .distinct()
              .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
              .toList();
      Files.write(file, lines, StandardCharsets.US_ASCII);
    }
  }

  private static String line(Path input) {
    try {
      return escaped(Files.readAllBytes(input));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The inputs of a kept corpus. */
  static List<byte[]> read(byte[] text) {
    return new String(text, StandardCharsets.US_ASCII).lines().map(Corpus::bytes).toList();
  }

  static String escaped(byte[] input) {
    var out = new StringBuilder();
    for (var b : input) {
      switch (b) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (b >= 0x20 && b < 0x7F) {
            out.append((char) b);
          } else {
            out.append("\\x").append(HexFormat.of().toHexDigits(b));
          }
        }
      }
    }
    return out.toString();
  }

  private static byte[] bytes(String line) {
    var out = new ByteArrayOutputStream();
    for (var i = 0; i < line.length(); i++) {
      if (line.charAt(i) != '\\') {
        out.write(line.charAt(i));
        continue;
      }
      switch (line.charAt(++i)) {
        case 'n' -> out.write('\n');
        case 'x' -> {
          out.write(HexFormat.fromHexDigits(line, i + 1, i + 3));
          i += 2;
        }
        default -> out.write(line.charAt(i));
      }
    }
    return out.toByteArray();
  }
}
