package dev.cvt.plugin.tests.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugins.conformance.Rule;
import dev.cvt.plugins.conformance.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/conformance.md} is the one of the rules. */
class PageTest {
  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();

  @Test
  void page_holdsEachRuleAsItIs() throws IOException {
    var table =
        "| rule | level | source | a plugin | because |\n|---|---|---|---|---|\n"
            + String.join("", Rules.all().stream().map(PageTest::row).toList());
    var asItIs = ROOT.resolve("tests/target/conformance-rules.md");
    Files.writeString(asItIs, table);
    assertThat(ROOT.resolve("docs/conformance.md"))
        .as("where the rules are right, paste " + asItIs)
        .content()
        .endsWith("\n\n" + table);
  }

  private static String row(Rule rule) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            rule.id(),
            rule.level().word(),
            rule.source().word(),
            cell(rule.title()),
            cell(rule.fact()));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  @Test
  void names_areUnique() {
    assertThat(new HashSet<>(Rules.all().stream().map(Rule::id).toList()))
        .hasSize(Rules.all().size());
  }
}
