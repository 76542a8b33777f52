package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InterpolationTest {
  private static final Map<String, String> ENV =
      Map.of("SET", "value", "EMPTY", "", "ODD", "${SET} $SET }", "odd name", "found", "a:b", "c");

  private static Interpolation.Expanded expand(String raw) {
    return new Interpolation(ENV).expand(raw);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain|plain",
        "''|''",
        "${SET}|value",
        "a${SET}b${SET}c|avaluebvaluec",
        "$SET|$SET",
        "$|$",
        "$$|$$",
        "$${SET}|$value",
        "{SET}|{SET}",
        "}|}",
        "${SET}}|value}",
        "${UNSET:-default}|default",
        "${UNSET:-}|''",
        "${EMPTY:-default}|default",
        "${SET:-default}|value",
        "${SET:-}|value",
        "${UNSET:-a:-b}|a:-b",
        "${UNSET:-$SET}|$SET",
        "${UNSET:-a b\"c'd}|a b\"c'd",
        "${:-default}|default",
        "${ODD}|${SET} $SET }",
        "${odd name}|found",
        "${a:b}|c",
        "${UNSET:-${SET}}|${SET}",
        "${UNSET:-${SET:-x}}|${SET:-x}",
      })
  void value_comesToWhatGoMakesOfIt(String raw, String expected) {
    var expanded = expand(raw);

    assertThat(expanded.wrong()).isEmpty();
    assertThat(expanded.text()).isEqualTo(expected);
  }

  static Stream<Arguments> refused() {
    var write = "write ${NAME} or ${NAME:-default}";
    var close = "close it, as in ${NAME}; text with a ${ of its own can come from a variable";
    return Stream.of(
        Arguments.of(
            "${UNSET}",
            "the environment variable UNSET is not set, or empty, and has no default",
            "set it, or write ${UNSET:-default}"),
        Arguments.of(
            "${EMPTY}",
            "the environment variable EMPTY is not set, or empty, and has no default",
            "set it, or write ${EMPTY:-default}"),
        Arguments.of("${}", "a ${} in the value names no variable", write),
        Arguments.of("${", "a ${ in the value has no }", close),
        Arguments.of("${SET", "a ${ in the value has no }", close),
        Arguments.of("a${SET:-b", "a ${ in the value has no }", close),
        Arguments.of(
            "${UNSET-default}", "a ${…} in the value names no variable that is set", write),
        Arguments.of("${ SET }", "a ${…} in the value names no variable that is set", write),
        Arguments.of("${hushhush!}", "a ${…} in the value names no variable that is set", write),
        Arguments.of("${SET${SET}}", "a ${…} in the value names no variable that is set", write));
  }

  @ParameterizedTest
  @MethodSource
  void refused(String raw, String what, String remedy) {
    assertThat(expand(raw).wrong()).containsExactly(new Wrong(what, remedy));
  }

  @Test
  void everythingWrongInOneValue_isToldAtOnce() {
    assertThat(expand("${A}${}${SET}${B} ${").wrong())
        .extracting(Wrong::what)
        .containsExactly(
            "the environment variable A is not set, or empty, and has no default",
            "a ${} in the value names no variable",
            "the environment variable B is not set, or empty, and has no default",
            "a ${ in the value has no }");
  }

  @ParameterizedTest
  @CsvSource({
    "plain, true",
    "'', false",
    "${SET}, false",
    "Bearer ${SET}, false",
    "${UNSET:-}, false",
    "${SET:-}, false",
    "${UNSET:-default}, true",
    "${SET:-default}, true",
  })
  void literal_isWhatStandsInTheFileItself(String raw, boolean literal) {
    assertThat(expand(raw).literal()).isEqualTo(literal);
  }

  @Test
  void variables_areThoseThatGaveSomething() {
    assertThat(expand("${SET}${UNSET:-d}${EMPTY:-d}${ODD:-d}").variables())
        .containsExactly("SET", "ODD");
  }

  @Test
  void aVariableNamedVeryOften_endsInsteadOfFillingTheMemory() {
    var large = Map.of("LARGE", "x".repeat(128 << 10));

    assertThat(new Interpolation(large).expand("${LARGE}".repeat(100_000)).wrong())
        .containsExactly(
            new Wrong(
                "values with variables come to more than 8388608 characters",
                "use large ones fewer times"));
  }

  @Test
  void aLargeValueGivenVeryOften_endsInsteadOfFillingTheMemory() {
    var interpolation = new Interpolation(Map.of());
    var plain = "x".repeat(1 << 20);

    assertThat(interpolation.expand(plain).text()).isSameAs(plain);
    for (var times = 0; times < 7; times++) {
      assertThat(interpolation.expand("${UNSET:-}" + plain).wrong()).isEmpty();
    }
    assertThat(interpolation.expand("${UNSET:-}" + plain).wrong()).hasSize(1);
  }

  /** The grammar as a regular expression, applied by another engine. */
  private static final Pattern MODEL =
      Pattern.compile("\\$\\{(?<name>(?:(?!:-)[^}])*)(?<sign>:-)?(?<default>[^}]*)}");

  @Test
  void anyValue_comesToWhatTheModelSays() {
    var pieces =
        List.of(
            "${",
            "}",
            ":-",
            "$",
            "{",
            "SET",
            "UNSET",
            "EMPTY",
            "ODD",
            "a",
            ":",
            "-",
            " ",
            "${SET}",
            "${UNSET:-",
            "é");
    for (var seed = 0; seed < 30_000; seed++) {
      var random = new Random(seed);
      var raw = new StringBuilder();
      for (var n = random.nextInt(8); n > 0; n--) {
        raw.append(pieces.get(random.nextInt(pieces.size())));
      }

      var expanded = expand(raw.toString());

      var model = model(raw.toString());
      assertThat(expanded.wrong().size()).as("%s", raw).isEqualTo(model.wrong());
      assertThat(expanded.variables()).as("%s", raw).isEqualTo(model.variables());
      if (model.wrong() == 0) {
        assertThat(expanded.text()).as("%s", raw).isEqualTo(model.text());
      }
    }
  }

  private record Model(String text, LinkedHashSet<String> variables, int wrong) {}

  private static Model model(String raw) {
    var variables = new LinkedHashSet<String>();
    var wrong = new ArrayList<String>();
    var matcher = MODEL.matcher(raw);
    var out = new StringBuilder();
    while (matcher.find()) {
      var value = ENV.getOrDefault(matcher.group("name"), "");
      if (!value.isEmpty()) {
        variables.add(matcher.group("name"));
      } else if (matcher.group("sign") == null) {
        wrong.add(matcher.group());
      } else {
        value = matcher.group("default");
      }
      matcher.appendReplacement(out, "");
      // Marks for a moment what came from outside, so that the check below sees the raw text only.
      out.append(value.replace('$', '\0'));
    }
    var tail = out.length();
    matcher.appendTail(out);
    if (out.indexOf("${", tail) >= 0) {
      wrong.add("open");
    }
    return new Model(out.toString().replace('\0', '$'), variables, wrong.size());
  }
}
