package dev.cvt.goplugin.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TailTest {
  private final Tail tail = new Tail();

  private void push(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    tail.push(bytes, bytes.length);
  }

  @Test
  void little_isKeptWhole() {
    push("one\n");
    push("two\n");
    assertThat(tail.text(UnaryOperator.identity())).isEqualTo("one\ntwo\n");
  }

  @Test
  void much_isKeptFromTheEnd() {
    for (int i = 0; i < 10_000; i++) {
      push("line " + i + "\n");
    }
    assertThat(tail.text(UnaryOperator.identity()))
        .hasSize(4096)
        .endsWith("line 9998\nline 9999\n");
  }

  @Test
  void onePieceLargerThanAll_isKeptFromTheEnd() {
    push("x".repeat(100_000) + "end");
    assertThat(tail.text(UnaryOperator.identity())).hasSize(4096).endsWith("xend");
  }

  @Test
  void secretAcrossTheFrontEdge_isTakenOut() {
    push("s3cret" + "x".repeat(4093));
    assertThat(tail.text(text -> text.replace("s3cret", "***")))
        .isEqualTo("***" + "x".repeat(4093));
  }
}
