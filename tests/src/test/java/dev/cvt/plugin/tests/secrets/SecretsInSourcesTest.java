package dev.cvt.plugin.tests.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every secret that a test makes up can be told from all other text: it holds the marker. */
class SecretsInSourcesTest {
  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();

  /** Shorter ones are masked as whole words only, and can hold no marker. */
  private static final int SHORT = 6;

  /** Where a value is made a secret, or a variable or constant is called one. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?:(?:[. ]secret|secretEnv|Value\\.secret)\\((?:\"[^\"]*\", )?"
              + "|\"[A-Z_]*(?:TOKEN|SECRET|PASSWORD)[A-Z_]*\", "
              + "|[A-Z_]*(?:TOKEN|SECRET|PASSWORD)[A-Z_]* = )\"((?:[^\"\\\\]|\\\\.)*)\"(?! \\+ )");

  /** The next variable in a list of their names. */
  private static final Pattern NAME = Pattern.compile("[A-Z_]+");

  /** A pure function's own tables, which go nowhere, and this package. */
  private static final List<String> ELSEWHERE =
      List.of(
          "core/src/test/java/dev/cvt/pluginmgr/secret",
          "tests/src/test/java/dev/cvt/plugin/tests/secrets");

  private static List<String> unmarked(String source) {
    var found = new ArrayList<String>();
    var secrets = SECRET.matcher(source);
    while (secrets.find()) {
      var value = secrets.group(1);
      if (value.length() >= SHORT
          && !NAME.matcher(value).matches()
          && !value.contains(Marker.WORD)) {
        found.add(secrets.group());
      }
    }
    return found;
  }

  @Test
  void everySecretOfATest_holdsTheMarker() throws IOException {
    var unmarked = new ArrayList<String>();
    int files = 0;
    try (Stream<Path> all = Files.walk(ROOT)) {
      for (Path file : all.filter(SecretsInSourcesTest::isTest).toList()) {
        files++;
        var where = ROOT.relativize(file);
        unmarked(Files.readString(file)).forEach(text -> unmarked.add(where + ": " + text));
      }
    }

    assertThat(files).isGreaterThan(100);
    assertThat(unmarked).as("write %s into each of these", Marker.WORD).isEmpty();
  }

  private static boolean isTest(Path file) {
    var path = ROOT.relativize(file).toString();
    return path.endsWith(".java")
        && path.contains("src/test/java/")
        && ELSEWHERE.stream().noneMatch(path::startsWith);
  }

  @Test
  void whatCountsAsASecret() {
    assertThat(unmarked("p.secret(\"token\", \"swordfish\")")).hasSize(1);
    assertThat(unmarked("Value.secret(\"swordfish\")")).hasSize(1);
    assertThat(unmarked("p.secretEnv(\"KEY\", \"sword\\\"fish\")")).hasSize(1);
    assertThat(unmarked("Map.of(\"A_TOKEN\", \"swordfish\")")).hasSize(1);
    assertThat(unmarked("String SECRET = \"swordfish\";")).hasSize(1);
    assertThat(unmarked("p.secret(\"token\", \"" + Marker.WORD + "-1\")")).isEmpty();
    assertThat(unmarked("p.secret(\"token\", \"x\")")).isEmpty();
    assertThat(unmarked("p.secret(\"token\", SECRET)")).isEmpty();
    assertThat(unmarked("List.of(\"A_TOKEN\", \"HOME_FOLDER\")")).isEmpty();
  }
}
