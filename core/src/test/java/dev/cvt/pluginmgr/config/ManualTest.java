package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.secret.Scrubber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/configuration.md} against the code that reads the files. */
class ManualTest {
  private static final Path MANUAL = Path.of("..", "docs", "configuration.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n# (config|pluginmgr)\\.yaml\n(.*?)```", Pattern.DOTALL);

  private static String manual() throws IOException {
    return Files.readString(MANUAL);
  }

  private static String row(Key<?> key) {
    return "| `%s` | %s | `%s` | %s | %s |"
        .formatted(
            key.path(), key.kind().name(), shownFallback(key), shownRange(key), key.meaning());
  }

  private static <T extends Comparable<? super T>> String shownFallback(Key<T> key) {
    return key.kind().print(key.fallback());
  }

  private static String shownRange(Key<?> key) {
    return key.rangeText();
  }

  @Test
  void tableOfSettings_isWhatTheCodeKnows() throws IOException {
    var rows = PluginKeys.ALL.stream().map(ManualTest::row).collect(Collectors.joining("\n"));

    assertThat(manual()).as("put this table there:%n%s", rows).contains("\n" + rows + "\n\n");
  }

  static Stream<String> otherKeys() {
    var single = PluginKeys.ALL.stream().map(key -> key.path().split("\\.", -1)[0]).toList();
    return Stream.of(
            MainFile.TOP_KEYS.stream(),
            MainFile.PLUGIN_KEYS.stream().map(key -> "plugins.NAME." + key),
            Stream.of(Hook.values()).map(hook -> "hooks." + hook.key()),
            OwnFile.TOP_KEYS.stream(),
            OwnFile.PLUGIN_KEYS.stream().filter(key -> !single.contains(key)),
            Stream.of("audit.on_error", "audit.sinks", "metrics.use"))
        .flatMap(s -> s)
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("otherKeys")
  void everyOtherKey_hasARow(String key) throws IOException {
    assertThat(manual()).containsPattern("(?m)^\\| `" + Pattern.quote(key) + "` \\|");
  }

  static List<String> examples() throws IOException {
    var examples = new ArrayList<String>();
    var matcher = EXAMPLE.matcher(manual());
    while (matcher.find()) {
      examples.add(matcher.group(1) + "\n" + matcher.group(2));
    }
    return examples;
  }

  @Test
  void everyExample_isTaken() throws IOException {
    var home = new TestHome();
    home.write(
        home.home.resolve("secrets/registry-token"),
        "hushhush-in-a-file".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(examples()).hasSize(2);
    for (var example : examples()) {
      var text = example.substring(example.indexOf('\n') + 1);
      if (example.startsWith("config\n")) {
        home.main(text).own("");
      } else {
        home.own(text);
      }

      assertThat(home.problems()).as(example).isEmpty();
      assertThat(home.warnings()).as(example).isEmpty();
    }
  }

  @Test
  void numbersInTheText_areThoseOfTheCode() throws IOException {
    assertThat(manual())
        .contains(GoDuration.print(Config.DEFAULT_TIMEOUT))
        .contains("larger than " + ByteSize.print(BoundedText.LARGEST))
        .contains("more than " + YamlTree.MOST_NODES + " keys and values")
        .contains("more than " + YamlTree.DEEPEST + " deep")
        .contains("more than " + Draft.MOST + " plugins")
        .contains("larger than " + ByteSize.print(SecretFile.LARGEST))
        .contains("fewer than " + Scrubber.SHORT + " characters")
        .contains("first " + Problems.MOST + " problems");
  }
}
