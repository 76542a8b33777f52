package dev.cvt.pluginmgr.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The text of a config file: read up to a limit, decoded strictly, and free of what YAML forbids.
 *
 * <p>The bounds are what makes everything behind it take bounded memory and time.
 */
final class BoundedText {
  /** In bytes. A config of a hundred plugins has some tens of thousands. */
  static final int LARGEST = 1 << 20;

  private static final String ENCODE = "save it as UTF-8 text";

  private final Path file;
  private final int rank;
  private final Problems problems;

  private BoundedText(Path file, int rank, Problems problems) {
    this.file = file;
    this.rank = rank;
    this.problems = problems;
  }

  /**
   * The text; empty if there is no file. Nothing, and a problem, if it cannot be taken.
   *
   * @param rank of the file, for the order of problems
   */
  static Optional<String> read(Path file, int rank, Problems problems) {
    return new BoundedText(file, rank, problems).read();
  }

  private Optional<String> read() {
    byte[] bytes;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return refuse(1, 1, "this is no regular file", "name the config file");
      }
      try (var in = Files.newInputStream(file)) {
        bytes = in.readNBytes(LARGEST + 1);
      }
    } catch (NoSuchFileException e) {
      return Optional.of("");
    } catch (IOException e) {
      return refuse(1, 1, "the file " + Trouble.with(e), "make it a file that this user can read");
    }
    if (bytes.length > LARGEST) {
      return refuse(
          1, 1, "the file is larger than " + ByteSize.print(LARGEST), "take out what is no config");
    }
    return decode(bytes).flatMap(this::printable);
  }

  /** UTF-8 with or without its mark, or UTF-16 with its mark. */
  private Optional<String> decode(byte[] bytes) {
    if (startsWith(bytes, 0xFF, 0xFE)) {
      return decode(bytes, 2, StandardCharsets.UTF_16LE);
    }
    if (startsWith(bytes, 0xFE, 0xFF)) {
      return decode(bytes, 2, StandardCharsets.UTF_16BE);
    }
    return decode(bytes, startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0, StandardCharsets.UTF_8);
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (var i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private Optional<String> decode(byte[] bytes, int from, Charset charset) {
    var in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    var out = CharBuffer.allocate(bytes.length);
    var decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var result = decoder.decode(in, out, true);
    out.flip();
    if (result.isError()) {
      return refuseAfter(out, "here the text is not %s".formatted(charset.name()), ENCODE);
    }
    return Optional.of(out.toString());
  }

  /** The first character that YAML does not allow, or not always, is told here, in our words. */
  private Optional<String> printable(String text) {
    for (var i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      var point = text.codePointAt(i);
      if (isOddBreak(point)) {
        return refuseAfter(
            CharBuffer.wrap(text, 0, i),
            "here is the character U+%04X, which only some programs take for a line break"
                .formatted(point),
            "break the line in the usual way, or write it as an escape in double quotes");
      }
      if (!isAllowed(point)) {
        return refuseAfter(
            CharBuffer.wrap(text, 0, i),
            point == 0
                ? "here is a NUL byte"
                : "here is the character U+%04X, which YAML does not allow".formatted(point),
            point == 0 ? ENCODE : "take it out, or write it as an escape in double quotes");
      }
    }
    return Optional.of(text);
  }

  /** One in YAML 1.1, and to CVT's command: a value would differ from one program to the other. */
  private static boolean isOddBreak(int point) {
    return point == 0x85 || point == 0x2028 || point == 0x2029;
  }

  private static boolean isAllowed(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= 0x20 && point <= 0x7E)
        || (point >= 0xA0 && point <= 0xD7FF)
        || (point >= 0xE000 && point <= 0xFFFD && point != 0xFEFF)
        || point >= 0x10000;
  }

  private Optional<String> refuseAfter(CharSequence before, String what, String remedy) {
    var line = 1;
    var column = 1;
    for (var i = 0; i < before.length(); i++) {
      var c = before.charAt(i);
      if (c == '\n' || (c == '\r' && !(i + 1 < before.length() && before.charAt(i + 1) == '\n'))) {
        line++;
        column = 1;
      } else if (!Character.isLowSurrogate(c)) {
        column++;
      }
    }
    return refuse(line, column, what, remedy);
  }

  private Optional<String> refuse(int line, int column, String what, String remedy) {
    problems.error(new Spot(rank, file.toString(), line, column), KeyPath.TOP, what, remedy);
    return Optional.empty();
  }
}
