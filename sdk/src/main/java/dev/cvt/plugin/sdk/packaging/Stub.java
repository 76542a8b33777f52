package dev.cvt.plugin.sdk.packaging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The shell script at the beginning of a packed plugin, made from a template. */
final class Stub {

  private Stub() {}

  /**
   * Fills a template in.
   *
   * @param template the resource's name in this package
   * @param values what stands for each {@code @NAME@}
   */
  static byte[] fill(String template, Map<String, String> values) throws IOException {
    String text;
    try (InputStream in = Stub.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new IllegalStateException(template + " is missing beside " + Stub.class);
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("@" + value.getKey() + "@", value.getValue());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Files as the script lists them: one line each, the hash, a blank, the name. */
  static String lines(List<FileList.Entry> entries) {
    return entries.stream()
        .map(entry -> entry.sha256() + " " + entry.name())
        .collect(Collectors.joining("\n"));
  }

  /** Words for the shell, each quoted. */
  static String words(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
