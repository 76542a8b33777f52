package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Config.OnError;
import dev.cvt.pluginmgr.Config.OnStartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Holds the schemas that editors read, {@code docs/schema}, against the code that reads the files.
 */
class SchemaTest {
  private static final String DURATION =
      "^\\+?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(h|m|s|ms|us|µs|μs|ns))+)$";
  private static final String SIZE = "^(0|[0-9]{1,19}(B|KiB|MiB|GiB))$";
  private static final List<String> ANY_TEXT = List.of("string", "number", "boolean", "null");

  private static Map<String, Object> schema(String file) throws IOException {
    return JSON.std.mapFrom(
        Files.readString(Path.of("..", "docs", "schema", file + ".schema.json")));
  }

  private static String manual() throws IOException {
    return Files.readString(Path.of("..", "docs", "configuration.md"));
  }

  /** What stands there, by the names on the way to it; what is referred to stands there too. */
  @SuppressWarnings("unchecked") // a schema has maps wherever these names lead
  private static Map<String, Object> at(Map<String, Object> schema, String... names) {
    var found = schema;
    for (var name : names) {
      found = (Map<String, Object>) found.getOrDefault(name, Map.of());
      if (found.get("$ref") instanceof String ref) {
        found = at(schema, ref.substring("#/".length()).split("/", -1));
      }
    }
    return found;
  }

  private static Map<String, Object> plugin(Map<String, Object> schema) {
    return at(schema, "properties", "plugins", "additionalProperties");
  }

  private static Set<String> keys(Map<String, Object> of) {
    return at(of, "properties").keySet();
  }

  private static String whole(Pattern pattern) {
    return "^" + pattern.pattern() + "$";
  }

  private static <E> List<String> orNothing(E[] constants, Function<E, String> text) {
    List<String> words = new ArrayList<>(Arrays.stream(constants).map(text).toList());
    words.add(null);
    return words;
  }

  private static Map<String, Object> expected(Key<?> key) {
    var range = key.rangeText();
    var zero = range.startsWith("0s");
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("description", key.meaning() + (range.isEmpty() ? "" : " Range: " + range + "."));
    all.put("default", fallback(key));
    switch (key.kind().name()) {
      case "duration" -> {
        all.put("type", zero ? List.of("string", "integer", "null") : List.of("string", "null"));
        all.put("pattern", DURATION);
        if (zero) {
          all.put("minimum", 0);
          all.put("maximum", 0);
        }
      }
      case "size" -> {
        all.put("type", List.of("string", "null"));
        all.put("pattern", SIZE);
      }
      case "number" -> {
        all.put("type", List.of("integer", "null"));
        all.put("minimum", Integer.parseInt(range.split(" to ", -1)[0]));
        all.put("maximum", Integer.parseInt(range.split(" to ", -1)[1]));
      }
      case "flag" -> all.put("type", List.of("boolean", "null"));
      default -> all.put("enum", orNothing(OnStartFailure.values(), OnStartFailure::text));
    }
    return all;
  }

  private static <T extends Comparable<? super T>> Object fallback(Key<T> key) {
    return key.fallback() instanceof Integer || key.fallback() instanceof Boolean
        ? key.fallback()
        : key.kind().print(key.fallback());
  }

  static List<Key<?>> settings() {
    return PluginKeys.ALL;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everySetting_isAsTheCodeHasIt(Key<?> key) throws IOException {
    var names = key.path().split("\\.", -1);
    var schema = schema("pluginmgr");
    var found =
        names.length == 1
            ? at(schema, "$defs", names[0])
            : at(schema, "$defs", names[0], "properties", names[1]);

    var expected = expected(key);
    assertThat(found)
        .as("put this there: %s", JSON.std.asString(expected))
        .containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void keys_areThoseOfTheReader() throws IOException {
    var main = schema("config");
    assertThat(keys(main)).hasSameElementsAs(MainFile.TOP_KEYS);
    assertThat(keys(plugin(main))).hasSameElementsAs(MainFile.PLUGIN_KEYS);
    assertThat(keys(at(main, "properties", "hooks")))
        .hasSameElementsAs(Arrays.stream(Hook.values()).map(Hook::key).toList());
    var own = schema("pluginmgr");
    assertThat(keys(own)).hasSameElementsAs(OwnFile.TOP_KEYS);
    assertThat(keys(plugin(own))).hasSameElementsAs(OwnFile.PLUGIN_KEYS);
    assertThat(keys(at(own, "properties", "defaults"))).hasSameElementsAs(OwnFile.DEFAULTS_KEYS);
    assertThat(keys(at(own, "properties", "audit"))).hasSameElementsAs(OwnFile.AUDIT_KEYS);
    for (var name : OwnFile.PLUGIN_KEYS) {
      assertThat(plugin(own).get("properties"))
          .extracting(name)
          .isEqualTo(Map.of("$ref", "#/$defs/" + name));
      var inGroup =
          PluginKeys.ALL.stream()
              .map(Key::path)
              .filter(path -> path.startsWith(name + "."))
              .map(path -> path.substring(name.length() + 1))
              .toList();
      assertThat(keys(at(own, "$defs", name))).hasSameElementsAs(inGroup);
    }
  }

  /** Those of sinks and backends are for these to judge. */
  @Test
  void unknownKeys_areRefused_whereTheReaderRefusesThem() throws IOException {
    var main = schema("config");
    var own = schema("pluginmgr");
    assertThat(
            List.of(
                main,
                plugin(main),
                at(main, "properties", "hooks"),
                own,
                plugin(own),
                at(own, "properties", "defaults"),
                at(own, "properties", "audit"),
                at(own, "$defs", "restart"),
                at(own, "$defs", "health"),
                at(own, "$defs", "limits"),
                at(own, "$defs", "breaker")))
        .allSatisfy(map -> assertThat(map).containsEntry("additionalProperties", false));
    for (var open :
        List.of(
            at(own, "properties", "metrics"),
            at(own, "properties", "audit", "properties", "sinks", "items"))) {
      assertThat(open).containsEntry("additionalProperties", Map.of("type", ANY_TEXT));
      assertThat(open).containsEntry("required", List.of("use"));
    }
  }

  @Test
  void everyOtherKey_isDescribedAsInTheManual() throws IOException {
    var main = schema("config");
    var own = schema("pluginmgr");
    var described = new LinkedHashSet<Map<String, Object>>();
    at(main, "properties").keySet().forEach(key -> described.add(at(main, "properties", key)));
    keys(plugin(main)).forEach(key -> described.add(at(plugin(main), "properties", key)));
    for (var hook : Hook.values()) {
      described.add(at(main, "properties", "hooks", "properties", hook.key()));
    }
    at(own, "properties").keySet().forEach(key -> described.add(at(own, "properties", key)));
    described.add(at(own, "properties", "audit", "properties", "on_error"));
    described.add(at(own, "properties", "audit", "properties", "sinks"));
    described.add(at(own, "properties", "metrics", "properties", "use"));
    for (var key : List.of("env", "secret_env", "pass_env", "secret_files")) {
      described.add(at(own, "$defs", key));
    }

    var manual = manual();
    assertThat(described)
        .allSatisfy(
            schema ->
                assertThat(manual)
                    .contains("| " + schema.getOrDefault("description", "?") + " |\n"));
  }

  @Test
  void boundsAndWords_areThoseOfTheCode() throws IOException {
    var main = schema("config");
    var own = schema("pluginmgr");
    for (var schema : List.of(main, own)) {
      var plugins = at(schema, "properties", "plugins");
      assertThat(plugins)
          .containsEntry("maxProperties", Draft.MOST)
          .containsEntry("propertyNames", Map.of("pattern", whole(PluginRules.NAME)));
    }
    assertThat(at(main, "$defs", "plugin", "properties", "timeout"))
        .containsEntry("default", GoDuration.print(Config.DEFAULT_TIMEOUT))
        .containsEntry("pattern", DURATION);
    for (var onError :
        List.of(
            at(main, "$defs", "plugin", "properties", "on_error"),
            at(own, "properties", "audit", "properties", "on_error"))) {
      assertThat(onError).containsEntry("enum", orNothing(OnError.values(), OnError::text));
    }
    var names = at(own, "$defs", "env", "propertyNames");
    assertThat(names).containsEntry("pattern", whole(SettingsRules.VARIABLE));
    assertThat(at(names, "not").get("enum"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSameElementsAs(SettingsRules.RESERVED);
    var patterns = at(own, "$defs", "pass_env", "items");
    assertThat(patterns)
        .containsEntry("pattern", whole(SettingsRules.PATTERN))
        .containsEntry("not", names.get("not"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5s", "1m30s", "1.5h", "250ms", "2us", "2µs", "2μs", "1.s", ".5s", "0", "0s", "+5s", "",
        "5", "s", ".s", "1d", "5 s", "1h 2m", "1,5s", "1S", "0x5s", "5s5"
      })
  void durations_areWhatTheReaderTakesForOne(String text) {
    assertThat(text.matches(DURATION)).isEqualTo(GoDuration.parse(text) instanceof Parsed.Good<?>);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"64MiB", "1B", "0", "2GiB", "4KiB", "", "5", "MiB", "4MB", "1.5MiB", "4 KiB"})
  void sizes_areWhatTheReaderTakesForOne(String text) {
    assertThat(text.matches(SIZE)).isEqualTo(ByteSize.parse(text) instanceof Parsed.Good<?>);
  }

  @Test
  void everyExampleOfTheManual_hasOnlyKeysThatItsSchemaKnows() throws IOException {
    for (var example : ManualTest.examples()) {
      var file = example.substring(0, example.indexOf('\n'));
      var read =
          new Load(LoadSettings.builder().build())
              .loadFromString(example.substring(example.indexOf('\n')));
      assertThat(unknown(schema(file), schema(file), read)).as(example).isEmpty();
    }
  }

  private static List<String> unknown(
      Map<String, Object> root, Map<String, Object> schema, Object value) {
    List<String> all = new ArrayList<>();
    switch (value) {
      case Map<?, ?> map ->
          map.forEach(
              (key, inner) ->
                  inside(root, schema, String.valueOf(key))
                      .ifPresentOrElse(
                          known -> all.addAll(unknown(root, known, inner)),
                          () -> all.add(String.valueOf(key))));
      case List<?> list ->
          list.forEach(item -> all.addAll(unknown(root, at(schema, "items"), item)));
      default -> {}
    }
    return all;
  }

  private static Optional<Map<String, Object>> inside(
      Map<String, Object> root, Map<String, Object> schema, String key) {
    var known = at(schema, "properties").get(key);
    var of = known == null ? schema.get("additionalProperties") : known;
    return of instanceof Map<?, ?> found
        ? Optional.of(at(Map.of("$defs", at(root, "$defs"), "here", found), "here"))
        : Optional.empty();
  }
}
