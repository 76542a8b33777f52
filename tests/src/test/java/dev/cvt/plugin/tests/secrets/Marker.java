package dev.cvt.plugin.tests.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The word that every secret of a test holds, in each spelling in which it may get out. Letters
 * only: most writers leave them alone, so that one search finds it raw, in a URL and in any quoted
 * text. Written here anew, and not taken from what is tested.
 */
final class Marker {
  static final String WORD = "hush".repeat(2);

  private static final Map<String, String> SPELLINGS = spellings();

  private Marker() {}

  /** What a spelling is called, and the spelling. */
  static Map<String, String> spellings() {
    byte[] bytes = WORD.getBytes(US_ASCII);
    Map<String, String> spellings = new LinkedHashMap<>();
    spellings.put("as it is", WORD);
    spellings.put("in upper case", WORD.toUpperCase(java.util.Locale.ROOT));
    HexFormat lower = HexFormat.of();
    HexFormat upper = lower.withUpperCase();
    spellings.put("in hex", lower.formatHex(bytes));
    spellings.put("in upper-case hex", upper.formatHex(bytes));
    spellings.put("in percent signs", lower.withPrefix("%").formatHex(bytes));
    spellings.put("in upper-case percent signs", upper.withPrefix("%").formatHex(bytes));
    spellings.put("in \\x codes", lower.withPrefix("\\x").formatHex(bytes));
    spellings.put("in \\u codes", lower.withPrefix("\\u00").formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      spellings.put("in base64, after " + before + " bytes", base64(bytes, before));
    }
    return spellings;
  }

  /**
   * The characters that are the word's alone wherever it stands in something longer; those at the
   * ends hold bits of its neighbours. The same in the alphabet for URLs: the word needs neither of
   * the two characters in which they differ.
   */
  private static String base64(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    return text.substring((before * 8 + 5) / 6, shifted.length * 8 / 6);
  }

  /** How the word is spelled in these bytes; empty if it is not there. */
  static Optional<String> in(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    return SPELLINGS.entrySet().stream()
        .filter(spelling -> text.contains(spelling.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
