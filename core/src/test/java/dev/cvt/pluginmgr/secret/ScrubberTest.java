package dev.cvt.pluginmgr.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.pluginmgr.Config.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {
  private static final String SECRET = "pä ss/w\"o\\rd<&>+=?'\n\u2028😀!";

  private static Scrubber scrubber(String... secrets) {
    return Scrubber.of(Arrays.stream(secrets).map(Value::secret).toList());
  }

  static Stream<Arguments> spellings() {
    var bytes = SECRET.getBytes(UTF_8);
    var json = "pä ss/w\\\"o\\\\rd<&>+=?'\\n\u2028😀!";
    return Stream.of(
        Arguments.of("as it is", SECRET),
        Arguments.of("Java's URL encoder", URLEncoder.encode(SECRET, UTF_8)),
        Arguments.of(
            "Go's url.QueryEscape",
            "p%C3%A4+ss%2Fw%22o%5Crd%3C%26%3E%2B%3D%3F%27%0A%E2%80%A8%F0%9F%98%80%21"),
        Arguments.of(
            "Go's url.PathEscape",
            "p%C3%A4%20ss%2Fw%22o%5Crd%3C&%3E+=%3F%27%0A%E2%80%A8%F0%9F%98%80%21"),
        Arguments.of(
            "JavaScript's encodeURIComponent",
            "p%C3%A4%20ss%2Fw%22o%5Crd%3C%26%3E%2B%3D%3F'%0A%E2%80%A8%F0%9F%98%80!"),
        Arguments.of(
            "JavaScript's encodeURI",
            "p%C3%A4%20ss/w%22o%5Crd%3C&%3E+=?'%0A%E2%80%A8%F0%9F%98%80!"),
        Arguments.of(
            "URL in lower case",
            URLEncoder.encode(SECRET, UTF_8)
                .replace("%C3%A4", "%c3%a4")
                .replace("%2F", "%2f")
                .replace("%5C", "%5c")
                .replace("%3C", "%3c")
                .replace("%3E", "%3e")
                .replace("%2B", "%2b")
                .replace("%3D", "%3d")
                .replace("%3F", "%3f")
                .replace("%0A", "%0a")
                .replace("%E2%80%A8", "%e2%80%a8")
                .replace("%F0%9F%98%80", "%f0%9f%98%80")),
        Arguments.of(
            "each byte with a percent sign",
            HexFormat.ofDelimiter("").withPrefix("%").formatHex(bytes)),
        Arguments.of("hex", HexFormat.of().formatHex(bytes)),
        Arguments.of("hex in upper case", HexFormat.of().withUpperCase().formatHex(bytes)),
        Arguments.of("base64", Base64.getEncoder().encodeToString(bytes)),
        Arguments.of("base64 for URLs", Base64.getUrlEncoder().encodeToString(bytes)),
        Arguments.of(
            "base64 without padding", Base64.getEncoder().withoutPadding().encodeToString(bytes)),
        Arguments.of("JSON", json),
        Arguments.of("JSON with slashes escaped", json.replace("/", "\\/")),
        Arguments.of("Go's JSON", "pä ss/w\\\"o\\\\rd\\u003c\\u0026\\u003e+=?'\\n\\u2028😀!"),
        Arguments.of(
            "Gson's JSON", "pä ss/w\\\"o\\\\rd\\u003c\\u0026\\u003e+\\u003d?\\u0027\\n\\u2028😀!"),
        Arguments.of("JSON in ASCII", "p\\u00e4 ss/w\\\"o\\\\rd<&>+=?'\\n\\u2028\\ud83d\\ude00!"),
        Arguments.of("Java in ASCII", "p\\u00E4 ss/w\\\"o\\\\rd<&>+=?'\\n\\u2028\\uD83D\\uDE00!"),
        Arguments.of("Go in ASCII", "p\\u00e4 ss/w\\\"o\\\\rd<&>+=?'\\n\\u2028\\U0001f600!"),
        Arguments.of("Python in ASCII", "p\\xe4 ss/w\"o\\\\rd<&>+=?\\'\\n\\u2028\\U0001f600!"),
        Arguments.of(
            "bytes in Python",
            "p\\xc3\\xa4 ss/w\"o\\\\rd<&>+=?\\'\\n\\xe2\\x80\\xa8\\xf0\\x9f\\x98\\x80!"),
        Arguments.of(
            "Protobuf's text",
            SetConfigRequest.newBuilder()
                .setValue(SECRET)
                .build()
                .toString()
                .split("\"", 2)[1]
                .replaceFirst("\"\\s*$", "")),
        Arguments.of("single quotes", "pä ss/w\"o\\\\rd<&>+=?\\'\\n\u2028😀!"),
        Arguments.of("JSON in JSON", json.replace("\\", "\\\\").replace("\"", "\\\"")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spellings")
  void spelling_isMasked_wholeAndAroundIt(String name, String written) {
    var scrubber = scrubber(SECRET, "something else");
    var before = "before ";
    var after = " after";

    var text = before + written + after;

    var padding =
        name.startsWith("base64") && written.endsWith("=") ? written.replaceFirst("[^=]+", "") : "";
    assertThat(scrubber.scrub(text)).isEqualTo(before + "****" + padding + after);
    assertThat(inPieces(scrubber, text, 1)).isEqualTo(before + "****" + padding + after);
    assertThat(inPieces(scrubber, text, 7)).isEqualTo(before + "****" + padding + after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h@sh,h;sh:h/sh?&h#sh", // as it is
        "h%40sh,h;sh%3Ah%2Fsh%3F&h%23sh", // Go's url.UserPassword
        "h@sh,h;sh:h/sh%3F&h%23sh", // Go's url.URL.Path
        "h@sh%2Ch%3Bsh:h%2Fsh%3F&h%23sh", // Go's url.PathEscape
        "h@sh,h;sh:h/sh?&h%23sh", // Go's url.URL.Fragment
        "h%40sh,h;sh:h%2Fsh%3F&h%23sh", // Java's java.net.URI, the user
        "h%40sh%2Ch%3Bsh%3Ah/sh%3F%26h%23sh", // Python's urllib.parse.quote
      })
  void secretInAUrl_isMaskedWhicheverPartOfItIs(String written) {
    assertThat(scrubber("h@sh,h;sh:h/sh?&h#sh").scrub("https://" + written + "@x"))
        .isEqualTo("https://****@x");
  }

  @Test
  void base64OnSeveralLines_isMaskedInEach() {
    var secret = "hushhush-".repeat(20);
    for (var width : List.of(64, 76)) {
      var encoder = Base64.getMimeEncoder(width, "\n".getBytes(UTF_8));
      assertThat(scrubber(secret).scrub(encoder.encodeToString(secret.getBytes(UTF_8))))
          .matches("[*\n]+");
    }
  }

  @Test
  void base64OfSomethingLonger_isMaskedButForABitAtEachEnd() {
    var secret = "correct horse battery";
    var scrubber = scrubber(secret);
    for (var before = 0; before < 7; before++) {
      for (var after = 0; after < 7; after++) {
        var whole = "x".repeat(before) + secret + "y".repeat(after);
        var scrubbed = scrubber.scrub(Base64.getEncoder().encodeToString(whole.getBytes(UTF_8)));
        assertThat(scrubbed).contains("****");
        var shown = scrubbed.replace("****", "");
        // What is left: the neighbours' own characters, and one shared with them at either end.
        assertThat(shown.length())
            .isLessThanOrEqualTo((before + 2) / 3 * 4 + (after + 2) / 3 * 4 + 4);
      }
    }
  }

  @Test
  void noSecret_handsTheSameTextBack() {
    var text = new String("nothing to hide");

    assertThat(Scrubber.none().scrub(text)).isSameAs(text);
    assertThat(Scrubber.of(List.of(Value.plain("nothing"), Value.secret(""))))
        .isSameAs(Scrubber.none());
    assertThat(scrubber("hidden things").scrub(text)).isSameAs(text);
    assertThat(scrubber("ab").scrub(text)).isSameAs(text);
  }

  @Test
  void fault_tellsNoSecretNorDoWhatCausedItAndWhatItSuppressed() {
    var cause = new IllegalArgumentException("invalid value: \"hushhush one\"");
    var suppressed = new IllegalStateException("hushhush-two");
    var fault = new UncheckedIOException("kept", new IOException(cause));
    fault.addSuppressed(suppressed);

    var masked = scrubber("hushhush one", "hushhush-two").scrub(fault);

    assertThat(masked.getCause()).isNull();
    assertThat(masked.getSuppressed()).isEmpty();
    assertThat(masked.toString())
        .contains("UncheckedIOException: kept", "IllegalArgumentException", "ScrubberTest.java:")
        .doesNotContain("hushhush")
        .contains("invalid value: \"****\"", "IllegalStateException: ****");
  }

  @Test
  void faultWithoutSecrets_isHandedBack() {
    var fault = new IllegalStateException("nothing to hide", new IOException("nor here"));

    assertThat(scrubber("hidden things").scrub(fault)).isSameAs(fault);
    assertThat(Scrubber.none().scrub(fault)).isSameAs(fault);
  }

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of("12345", "pin 12345.", "pin ****."),
        Arguments.of("12345", "12345", "****"),
        Arguments.of(
            "12345", "123456 012345 _12345 12345x ä12345", "123456 012345 _12345 12345x ä12345"),
        Arguments.of("12345", "12345-12345", "****-****"),
        Arguments.of("12345", "“12345” ‘12345’ «12345» „12345“", "“****” ‘****’ «****» „****“"),
        Arguments.of("12345", "12345… → 12345—x", "****… → ****—x"),
        Arguments.of("12345", "\u00a012345\u00a0", "\u00a0****\u00a0"),
        Arguments.of("12345", "密码12345错误，12345。", "密码****错误，****。"),
        Arguments.of("pä", "äpä pä päx ж“pä”", "äpä **** päx ж“****”"),
        Arguments.of("on", "only on demand: on", "only **** demand: ****"),
        Arguments.of("a b", "xa b a b", "xa b ****"),
        Arguments.of("{x}", "a{x}b", "a****b"),
        Arguments.of("a/b", "at a%2Fb?", "at ****?"),
        Arguments.of("12345", "MTIzNDU= 3132333435", "MTIzNDU= 3132333435"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void shortSecret_isMaskedAsAWholeWordOnly(String secret, String text, String expected) {
    var scrubber = scrubber(secret);

    assertThat(scrubber.scrub(text)).isEqualTo(expected);
    for (var size = 1; size < 9; size++) {
      assertThat(inPieces(scrubber, text, size)).isEqualTo(expected);
    }
  }

  @Test
  void wordsOfWhichTheLongerDoesNotStandAlone_areTriedFromLongToShort() {
    assertThat(scrubber("b c", "c").scrub("ab c")).isEqualTo("ab ****");
  }

  @Test
  void overlappingAndNeighbouringSecrets_becomeOneMask() {
    var scrubber = scrubber("abcdef", "defghi", "cdefgh12");

    assertThat(scrubber.scrub("<abcdefghi>")).isEqualTo("<****>");
    assertThat(scrubber.scrub("<abcdefabcdef>")).isEqualTo("<****>");
    assertThat(scrubber.scrub("<abcdefgh1>")).isEqualTo("<****gh1>");
    assertThat(scrubber.scrub("<abcdefgh12>")).isEqualTo("<****>");
    assertThat(scrubber("aaaaaa").scrub("a".repeat(100_000))).isEqualTo("****");
  }

  @Test
  void secretOfSeveralLines_isMaskedLineByLine() {
    var key =
        """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEF
        AASCBKcwggSjAgEAAoIBAQC7VJTU
        -----END PRIVATE KEY-----
        """;
    var scrubber = scrubber(key);

    assertThat(scrubber.scrub("key: AASCBKcwggSjAgEAAoIBAQC7VJTU")).isEqualTo("key: ****");
    assertThat(scrubber.scrub("-----BEGIN PRIVATE KEY-----"))
        .isEqualTo("-----BEGIN PRIVATE KEY-----");
    assertThat(scrubber.scrub(key)).isEqualTo("****");
    assertThat(scrubber("token-from-a-file\n").scrub("got token-from-a-file!"))
        .isEqualTo("got ****!");
  }

  @Test
  void stream_holdsBackOnlyWhatCouldBecomeASecret() {
    var out = new ByteArrayOutputStream();
    var stream = scrubber("sesame-open").stream(out::write);

    stream.accept("say ses".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("say ");
    stream.accept("sion".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("say session");
    stream.accept(", sesame-op".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("say session, ");
    stream.accept("en!".getBytes(UTF_8));
    assertThat(out.toString(UTF_8)).isEqualTo("say session, ****!");
    stream.accept("sesame".getBytes(UTF_8));
    stream.flush();
    assertThat(out.toString(UTF_8)).isEqualTo("say session, ****!sesame");
  }

  /** Few letters, so that secrets overlap, contain one another and nearly match all the time. */
  @Test
  void anyTextInAnyPieces_isMaskedAsBySearchingForEachSecretInTurn() {
    for (var seed = 0; seed < 1_500; seed++) {
      var random = new Random(seed);
      var secrets = new ArrayList<String>();
      for (var n = random.nextInt(1, 6); n > 0; n--) {
        secrets.add(letters(random, random.nextInt(1, 12)));
      }
      var text = letters(random, random.nextInt(200));
      var scrubber = scrubber(secrets.toArray(String[]::new));

      var expected = oneByOne(text, secrets);

      assertThat(scrubber.scrub(text)).as("seed %d", seed).isEqualTo(expected);
      assertThat(inPieces(scrubber, text, random.nextInt(1, 20)))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  private static String letters(Random random, int length) {
    var out = new StringBuilder();
    for (var i = 0; i < length; i++) {
      out.append("abb ä".charAt(random.nextInt(5)));
    }
    return out.toString();
  }

  /**
   * The model: slow and plain. The letters it is used with are the same in URLs and JSON but for
   * blanks.
   */
  private static String oneByOne(String text, List<String> secrets) {
    var masked = new boolean[text.length()];
    for (var secret : secrets) {
      for (var piece : Stream.of(secret, secret.strip()).distinct().toList()) {
        if (piece.isEmpty() || secret.isBlank()) {
          continue;
        }
        for (var at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
          var end = at + piece.length();
          var alone =
              !(isLetter(piece.charAt(0)) && at > 0 && isLetter(text.charAt(at - 1)))
                  && !(isLetter(piece.charAt(piece.length() - 1))
                      && end < text.length()
                      && isLetter(text.charAt(end)));
          if (piece.length() >= Scrubber.SHORT || alone) {
            Arrays.fill(masked, at, end, true);
          }
        }
      }
    }
    var out = new StringBuilder();
    for (var i = 0; i < text.length(); i++) {
      if (!masked[i]) {
        out.append(text.charAt(i));
      } else if (i == 0 || !masked[i - 1]) {
        out.append("****");
      }
    }
    return out.toString();
  }

  private static boolean isLetter(char c) {
    return c != ' ';
  }

  private static String inPieces(Scrubber scrubber, String text, int size) {
    var out = new ByteArrayOutputStream();
    var stream = scrubber.stream(out::write);
    var bytes = text.getBytes(UTF_8);
    for (var at = 0; at < bytes.length; at += size) {
      stream.accept(bytes, at, Math.min(size, bytes.length - at));
    }
    stream.flush();
    return out.toString(UTF_8);
  }

  @Test
  void printed_showsNothing() {
    assertThat(scrubber("hunter22").toString()).matches("Scrubber\\[\\d+ spellings]");
    assertThat(new Spellings.Pattern("hunter22")).hasToString("Pattern");
  }
}
