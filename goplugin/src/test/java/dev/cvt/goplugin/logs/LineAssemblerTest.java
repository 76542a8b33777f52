package dev.cvt.goplugin.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineAssemblerTest {
  private final List<String> lines = new ArrayList<>();
  private final List<Long> totals = new ArrayList<>();
  private final LineAssembler assembler = new LineAssembler();

  private void push(String piece) {
    var bytes = piece.getBytes(StandardCharsets.UTF_8);
    assembler.push(bytes, bytes.length, this::take);
  }

  private void take(byte[] bytes, int length, long total) {
    lines.add(new String(bytes, 0, length, StandardCharsets.UTF_8));
    totals.add(total);
  }

  @Test
  void lines_inOnePiece_comeOneByOne() {
    push("one\ntwo\r\n\nthree");
    assertThat(lines).containsExactly("one", "two", "");
    assertThat(assembler.unfinished()).isEqualTo("three");
  }

  @Test
  void line_acrossPieces_isWhole() {
    push("on");
    push("");
    push("e\nt");
    push("wo\r");
    push("\n");
    assertThat(lines).containsExactly("one", "two");
  }

  @Test
  void character_acrossPieces_isWhole() {
    var bytes = "ä\n".getBytes(StandardCharsets.UTF_8);
    assembler.push(new byte[] {bytes[0]}, 1, this::take);
    assembler.push(new byte[] {bytes[1], bytes[2]}, 2, this::take);
    assertThat(lines).containsExactly("ä");
  }

  @Test
  void rest_atTheEnd_isALine() {
    push("one\ntwo");
    assembler.flush(this::take);
    assembler.flush(this::take);
    assertThat(lines).containsExactly("one", "two");
  }

  @Test
  void line_tooLong_keepsItsHeadAndItsLength() {
    push("x".repeat(10_000_000));
    push("y\nnext\n");
    assertThat(lines.getFirst()).isEqualTo("x".repeat(LineAssembler.KEPT));
    assertThat(totals).containsExactly(10_000_001L, 4L);
    assertThat(lines.getLast()).isEqualTo("next");
  }

  @Test
  void line_ofExactlyTheBound_isWhole() {
    push("x".repeat(LineAssembler.KEPT) + "\n");
    assertThat(lines).containsExactly("x".repeat(LineAssembler.KEPT));
    assertThat(totals).containsExactly((long) LineAssembler.KEPT);
  }

  @Test
  void lineTooLong_withCarriageReturn_countsItNot() {
    push("x".repeat(10_000_000) + "\r");
    push("\n" + "x".repeat(LineAssembler.KEPT) + "\r\n");
    assertThat(totals).containsExactly(10_000_000L, (long) LineAssembler.KEPT);
    assertThat(lines.getLast()).isEqualTo("x".repeat(LineAssembler.KEPT));
  }

  @Test
  void anyText_inAnyPieces_isCutAlike() {
    var random = new Random(1);
    for (int round = 0; round < 500; round++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append("ab\n\r|€".charAt(random.nextInt(6)));
      }
      lines.clear();
      var bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(7));
        var piece = new byte[length];
        System.arraycopy(bytes, at, piece, 0, length);
        assembler.push(piece, length, this::take);
        at += length;
      }
      var expected =
          List.of((text + "\n").split("\n", -1)).stream()
              .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
              .toList();
      assertThat(lines).isEqualTo(expected.subList(0, expected.size() - 1));
    }
  }
}
