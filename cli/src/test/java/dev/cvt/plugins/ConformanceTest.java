package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugins.CommandHome.Said;
import dev.cvt.plugins.conformance.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code conformance} prints, how it ends, and what it refuses to begin with. */
class ConformanceTest {
  @TempDir private Path folder;
  private CommandHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = new CommandHome(folder);
  }

  private Path exits() throws IOException {
    return home.program("exits", "echo 'the database is gone' >&2; exit 3");
  }

  private static Said usage(String text) {
    return new Said(2, "", "cvt-plugins: " + text + "\n");
  }

  @Test
  void table_tellsTheResultOfEachRule_andBeneathItWhatIsWrong() throws IOException {
    var said =
        home.run(
            "conformance", exits().toString(), "--only", "no-cookie,line", "--only", "line-core");

    assertThat(said.out().replaceAll("in \\d+\\.\\d s", "in N s"))
        .isEqualTo(
            """
            RESULT          RULE       A PLUGIN
            failed          no-cookie  exits with 1 when it is started without the cookie
                seen: it exited with code 3
                go-plugin: a person who starts it by hand must not be left with a silent server
            failed          line       prints a handshake line in time
                seen: it exited with code 3 and printed no handshake line; its last words: the database is gone
                wire: hosts learn from it, and from nothing else, where the plugin listens
            not applicable  line-core  – it prints no handshake line

            0 passed, 2 failed, 0 warned, 1 not applicable, in N s
            """);
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void whatIsMeantForTheTerminal_isShownAndNotObeyed() throws IOException {
    var program = home.program("loud", "printf '\\033[2Jno licence' >&2; exit 3");

    var said = home.run("conformance", program.toString(), "--only", "line");

    assertThat(said.out()).contains("its last words: \uFFFD[2Jno licence\n");
  }

  @Test
  void json_holdsTheSame() throws IOException {
    var program = exits();
    var said = home.run("conformance", program.toString(), "--only", "no-cookie-words", "--json");

    assertThat(said.code()).isZero();
    var all = JSON.std.mapFrom(said.out());
    assertThat(all)
        .containsEntry("program", program.toString())
        .containsEntry("conforms", true)
        .containsEntry("passed", 1)
        .containsEntry("failed", 0)
        .containsEntry("warned", 0)
        .containsEntry("not_applicable", 0)
        .containsKey("duration_ms");
    var rule = (Map<?, ?>) ((List<?>) all.get("rules")).getFirst();
    assertThat(rule.get("id")).isEqualTo("no-cookie-words");
    assertThat(rule.get("title")).isEqualTo("tells who starts it by hand what it is");
    assertThat(rule.get("level")).isEqualTo("should");
    assertThat(rule.get("source")).isEqualTo("go-plugin");
    assertThat(rule.get("fact")).isEqualTo("it is a plugin, and another program starts it");
    assertThat(rule.get("result")).isEqualTo("passed");
    assertThat(rule.get("seen")).isEqualTo("");
  }

  @Test
  void list_namesEveryRule_andStartsNothing() throws IOException {
    var said = home.run("conformance", "--list");
    assertThat(said.code()).isZero();
    assertThat(said.out().lines()).hasSize(1 + Rules.all().size());
    assertThat(said.out()).startsWith("RULE ").contains("\nshutdown  ");

    var json = JSON.std.mapFrom(home.run("conformance", "--list", "--json").out());
    assertThat((List<?>) json.get("rules")).hasSize(Rules.all().size());
  }

  @Test
  void plugin_getsWhatItIsGiven_andNothingElseOfOurs() throws IOException {
    var seen = folder.resolve("seen");
    var program =
        home.program(
            "shows", "env | cut -d= -f1 | sort >'%s'; echo \"$ANSWER\" >>'%1$s'".formatted(seen));

    home.run("conformance", program.toString(), "--only", "line", "--env", "ANSWER=42");

    assertThat(Files.readAllLines(seen))
        .contains("HOME", "PATH", "PLUGIN_UNIX_SOCKET_DIR", "TMPDIR", "42")
        .doesNotContain("TOKEN");
  }

  @Test
  void nothingIsLeft() throws IOException {
    var seen = folder.resolve("seen");
    var program =
        home.program(
            "stays", "echo \"$$ $TMPDIR\" >>'%s'; trap '' TERM; sleep 60 & wait".formatted(seen));

    home.run("conformance", program.toString(), "--only", "line,no-cookie", "--timeout", "1");

    var starts = Files.readAllLines(seen);
    assertThat(starts).hasSize(2);
    for (var start : starts) {
      var words = start.split(" ");
      assertThat(ProcessHandle.of(Long.parseLong(words[0])).filter(ProcessHandle::isAlive))
          .isEmpty();
      assertThat(Path.of(words[1])).doesNotExist();
      assertThat(Path.of(words[1]).getParent()).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          conformance ! no plugin is named; give the path of its file
          conformance /no/such/file ! /no/such/file does not exist; give the path of the plugin's file
          conformance / ! / is not an executable file; give the path of the plugin's file
          conformance /bin/sh --timeout 0 ! --timeout must be more than 0
          conformance /bin/sh --cookie A=B ! a plugin that is not CVT's needs both: --cookie KEY=VALUE --protocol N
          conformance /bin/sh --protocol 1 ! a plugin that is not CVT's needs both: --cookie KEY=VALUE --protocol N
          conformance /bin/sh --cookie A=B --protocol 1,-5 ! --protocol takes numbers from 0 up
          conformance /bin/sh --cookie A --protocol 1 ! a plugin that is not CVT's needs both: --cookie KEY=VALUE --protocol N
          """)
  void whatMakesNoSense_isRefused(String line, String message) {
    assertThat(home.run(line.split(" "))).isEqualTo(usage(message));
  }

  @Test
  void ruleThatThereIsNot_isRefused_withThoseThatThereAre() {
    var said = home.run("conformance", "/bin/sh", "--only", "line,lines");
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("cvt-plugins: there is no rule lines; the rules are no-cookie, ");
  }
}
