package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that prints its secrets in every form and by every way out. */
@Timeout(180)
class LeakTest {

  @Test
  void nothingThatTheHostPrints_holdsASecretInAnyForm(@TempDir Path folder) throws Exception {
    var seen = Leaks.run(folder);

    assertThat(seen.calls()).as("calls that failed").isGreaterThan(60);
    assertThat(seen.output())
        .as("what was printed around the secrets is there")
        .contains("raw on stdout: ", "json in json on stderr: ", "base64 at 1 logged: ")
        .contains("before the line: ", "panic: ", "main.hex(", "****");
    assertThat(seen.found()).isEmpty();
  }

  /** The search itself: it finds what is there. */
  @Test
  void search_findsEveryForm() {
    for (var secret : LeakForms.SECRETS) {
      LeakForms.of(secret)
          .forEach((form, text) -> assertThat(LeakForms.found(text + "\n")).as(form).isNotEmpty());
    }
    assertThat(LeakForms.found("is " + LeakForms.SHORT + "!")).isNotEmpty();
    assertThat(LeakForms.found("is x" + LeakForms.SHORT + "!")).isEmpty();
  }
}
