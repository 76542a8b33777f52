import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Turns a kept corpus into a folder of files for the fuzzer, and back. It is a text that can be
 * read and compared: an input a line, the short ones first, bytes that are not printable ASCII as
 * Java's octal escapes, so that {@link String#translateEscapes} reads it.
 */
final class Corpus {
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
    int number = 0;
    for (var line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      Files.write(
          folder.resolve("kept-" + number++),
          line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1));
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
      var out = new StringBuilder();
      for (byte b : Files.readAllBytes(input)) {
        switch (b) {
          case '\\' -> out.append("\\\\");
          case '\n' -> out.append("\\n");
          default -> {
            if (b >= 0x20 && b < 0x7F) {
              out.append((char) b);
            } else {
              out.append("\\%03o".formatted(b & 0xFF));
            }
          }
        }
      }
      return out.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
