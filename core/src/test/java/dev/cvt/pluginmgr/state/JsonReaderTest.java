package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JSON says, and that it is what another library takes it for. */
final class JsonReaderTest {
  private static final String ALPHABET =
      "{}[],:\"\\\"0123456789-+.eEtrufalsn \n\t\r/bx\u00e9\u2028\ud83d";

  /** As the other library has it, numbers by their values. */
  private static Object plain(Json json) {
    return switch (json) {
      case Json.Null _ -> "null";
      case Json.Bool(boolean value) -> value;
      case Json.Num(String text) -> Double.parseDouble(text) + 0.0; // there is no -0 among integers
      case Json.Str(String value) -> value;
      case Json.Arr(List<Json> items) -> items.stream().map(JsonReaderTest::plain).toList();
      case Json.Obj(List<Json.Member> members) -> {
        var all = new TreeMap<String, Object>();
        members.forEach(member -> all.put(member.name(), plain(member.value())));
        yield all;
      }
    };
  }

  private static Object plain(Object other) {
    return switch (other) {
      case null -> "null";
      case Number number -> number.doubleValue() + 0.0;
      case List<?> items -> items.stream().map(JsonReaderTest::plain).toList();
      case Map<?, ?> members -> {
        var all = new TreeMap<String, Object>();
        members.forEach((name, value) -> all.put(String.valueOf(name), plain(value)));
        yield all;
      }
      default -> other;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        " true ",
        "[false, -0, 0.5, 1e3, 1E-2, -12.25e+1, 100000000000]",
        "[]",
        "{ }",
        "{\"a\" : [ { } , [ [ ] ] ] ,\r\n\t\"b\":\"\"}",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\uD83D\\uDE00 \u00e9 \u2028 \"",
        "{\"\\u0061\": 1}"
      })
  void text_isWhatAnotherLibraryTakesItFor(String text) throws Exception {
    assertThat(plain(JsonReader.read(text.getBytes(UTF_8))))
        .isEqualTo(plain(JSON.std.anyFrom(text)));
  }

  @Test
  void numbers_areKeptAsTheyAreSpelled() throws Exception {
    assertThat(JsonReader.read("[1.0, -0, 1E+05]".getBytes(UTF_8)))
        .isEqualTo(
            new Json.Arr(List.of(new Json.Num("1.0"), new Json.Num("-0"), new Json.Num("1E+05"))));
  }

  @Test
  void textsOfChance_areReadByBothOrByNone() {
    var random = new SplittableRandom(7);
    var read = new ArrayList<String>();
    for (int i = 0; i < 200_000; i++) {
      var text = chance(random);
      Object ours = ours(text);
      assertThat(ours).as(text).isEqualTo(theirs(text));
      if (!ours.equals("refused")) {
        read.add(text);
      }
    }
    assertThat(read).hasSizeGreaterThan(1_000);
  }

  /** Pieces that often make sense together. */
  private static String chance(SplittableRandom random) {
    var pieces =
        new String[] {
          "[", "]", "{", "}", ",", ":", "\"a\"", "\"b\"", "1", "-2.5", "null", "true", " ", "e1",
          "\"\\n\""
        };
    var text = new StringBuilder();
    for (int left = random.nextInt(1, 7); left > 0; left--) {
      text.append(
          random.nextInt(8) == 0
              ? ALPHABET.charAt(random.nextInt(ALPHABET.length()))
              : pieces[random.nextInt(pieces.length)]);
    }
    return text.toString();
  }

  private static Object ours(String text) {
    try {
      return plain(JsonReader.read(text.getBytes(UTF_8)));
    } catch (JsonReader.Malformed e) {
      return e.getMessage().contains("twice")
          ? theirs(text)
          : "refused"; // of which they have the last
    }
  }

  /** Who takes more than one value, and says nothing of an empty text. */
  private static Object theirs(String text) {
    var decoded = new String(text.getBytes(UTF_8), UTF_8);
    try (var parser = JSON.std.getStreamingFactory().createParser(decoded)) {
      if (parser.nextToken() == null) {
        return "refused";
      }
      var value = plain(JSON.std.anyFrom(parser));
      return parser.nextToken() == null ? value : "refused";
    } catch (IOException e) {
      return "refused";
    }
  }
}
