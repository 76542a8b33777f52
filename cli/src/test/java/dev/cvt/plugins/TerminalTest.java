package dev.cvt.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What goes where, when a long step is shown, and that colours carry no meaning. */
class TerminalTest {
  private static final long MIB = 1024 * 1024;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  private Terminal terminal(boolean colours, boolean interactive) {
    return new Terminal(
        new PrintWriter(out), new PrintWriter(err), colours, interactive, nanos::get);
  }

  private void later(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void results_goToStandardOutput_everythingElseToStandardError() {
    var terminal = terminal(false, false);
    terminal.print("a result");
    terminal.printRaw("{}");
    terminal.tell("a note");

    assertThat(out).hasToString("a result" + System.lineSeparator() + "{}");
    assertThat(err).hasToString("a note" + System.lineSeparator());
  }

  @Test
  void colours_whereThereMayBeNone_areNone() {
    var plain = terminal(false, false);
    assertThat(List.of(plain.red("x"), plain.green("x"), plain.bold("x"), plain.dim("x")))
        .containsOnly("x");
  }

  @Test
  void colours_onlyMark() {
    var colourful = terminal(true, true);
    assertThat(colourful.red("refused")).isEqualTo("\u001b[31mrefused\u001b[0m");
  }

  @Test
  void progress_ofAStepUnderASecond_isNotShown() {
    var progress = terminal(true, true).progress("installing rest");
    later(999);
    progress.at("copy", 500, 1000);
    progress.done();

    assertThat(err.toString()).isEmpty();
  }

  @Test
  void progress_forAPerson_isOneLineThatGoesAgain() {
    var progress = terminal(true, true).progress("installing rest");
    later(1000);
    progress.at("copy", MIB, 4 * MIB);
    later(199);
    progress.at("copy", 2 * MIB, 4 * MIB);
    later(1);
    progress.at("hash", 3 * MIB, 4 * MIB);
    later(200);
    progress.at("hash", 3 * MIB, -1);
    progress.done();

    assertThat(err)
        .hasToString(
            "\r\u001b[Kinstalling rest: copy 25% of 4.0 MiB"
                + "\r\u001b[Kinstalling rest: hash 75% of 4.0 MiB"
                + "\r\u001b[Kinstalling rest: hash 3.0 MiB"
                + "\r\u001b[K");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void progress_inALog_isSaidOnce() {
    var progress = terminal(false, false).progress("installing rest");
    later(1000);
    progress.at("copy", MIB, 4 * MIB);
    later(5000);
    progress.at("copy", 2 * MIB, 4 * MIB);
    progress.done();

    assertThat(err).hasToString("installing rest: copy …\n");
  }

  @Test
  void table_alignsByCharacters_notByChars() {
    assertThat(Table.of(List.of(List.of("NAME", "X"), List.of("\ud83d\ude00", "y"))))
        .containsExactly("NAME  X", "\ud83d\ude00     y");
    assertThat(Table.of(List.of())).isEmpty();
  }
}
