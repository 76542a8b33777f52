package dev.cvt.goplugin.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.launch.FirstLine.Sighting;
import dev.cvt.goplugin.line.HandshakeLine;
import dev.cvt.goplugin.line.HandshakeLine.Network;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FirstLineTest {
  private static final HandshakeLine LINE =
      HandshakeLine.grpc(1, Network.UNIX, "/s", Optional.empty());

  private final List<String> stray = new ArrayList<>();
  private FirstLine search = lenient();

  private FirstLine lenient() {
    return new FirstLine(false, this::stray);
  }

  private void stray(boolean early, byte[] bytes, int length, long total) {
    stray.add((early ? "before: " : "after: ") + text(bytes, length));
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private List<Sighting> push(String piece) {
    var bytes = piece.getBytes(StandardCharsets.UTF_8);
    return search.push(bytes, bytes.length);
  }

  @Test
  void line_inOnePiece_isFound() {
    assertThat(push("1|1|unix|/s|grpc|\n"))
        .containsExactly(new Sighting.Begun(), new Sighting.Found(LINE));
  }

  @Test
  void line_withCarriageReturn_isFound() {
    assertThat(push("1|1|unix|/s|grpc|\r\n")).contains(new Sighting.Found(LINE));
  }

  @Test
  void line_byteByByte_isFoundAtItsEnd() {
    var seen = new ArrayList<Sighting>();
    for (var c : "1|1|unix|/s|grpc|\n".split("", -1)) {
      seen.addAll(push(c));
    }
    assertThat(seen.getLast()).isEqualTo(new Sighting.Found(LINE));
    assertThat(seen).filteredOn(Sighting.Found.class::isInstance).hasSize(1);
  }

  @Test
  void line_withoutEnd_isUnfinished() {
    assertThat(push("1|1|unix|/s|grpc")).contains(new Sighting.Unfinished(LINE));
  }

  @Test
  void line_withoutEndAndProtocol_mayStillGrow() {
    assertThat(push("1|1|unix|/s")).containsExactly(new Sighting.Begun());
  }

  @Test
  void line_withoutEndAtEndOfOutput_isFound() {
    push("1|1|unix|/s|grpc");
    assertThat(search.end()).containsExactly(new Sighting.Found(LINE));
  }

  @Test
  void line_afterOthers_isFoundAndTheyAreStray() {
    assertThat(push("hello\nworld\n1|1|unix|/s|grpc|\nbye\n")).contains(new Sighting.Found(LINE));
    assertThat(stray).containsExactly("before: hello", "before: world", "after: bye");
  }

  @Test
  void line_afterOneMegabyteInOneLine_isFound() {
    push("x".repeat(1 << 20));
    assertThat(push("\n1|1|unix|/s|grpc|\n")).contains(new Sighting.Found(LINE));
  }

  @Test
  void line_afterOneMegabyteOfLines_isFound() {
    push(("x".repeat(1023) + "\n").repeat(1024));
    assertThat(push("1|1|unix|/s|grpc|\n")).contains(new Sighting.Found(LINE));
  }

  @Test
  void others_overTheBoundOfLines_areTooMuch() {
    assertThat(push("x\n".repeat(FirstLine.OTHER_LINES + 1)))
        .contains(new Sighting.TooMuch(10_001, 20_002, "x"));
  }

  @Test
  void others_overTheBoundOfBytes_areTooMuch() {
    assertThat(push("x".repeat((int) FirstLine.OTHER_BYTES + 1)))
        .contains(new Sighting.TooMuch(0, FirstLine.OTHER_BYTES + 1, ""));
  }

  @Test
  void strict_otherLineFirst_isTooMuch() {
    search = new FirstLine(true, this::stray);
    assertThat(push("hello\n1|1|unix|/s|grpc|\n"))
        .containsExactly(
            new Sighting.Begun(),
            new Sighting.Strange("hello"),
            new Sighting.TooMuch(1, 24, "hello"));
  }

  @Test
  void strict_lineFirst_isFound() {
    search = new FirstLine(true, this::stray);
    assertThat(push("1|1|unix|/s|grpc|\nhello\n")).contains(new Sighting.Found(LINE));
  }

  @Test
  void garbled_line_isSeenAndTheSearchGoesOn() {
    assertThat(push("1|1|udp|x|grpc\n1|1|unix|/s|grpc|\n"))
        .containsExactly(
            new Sighting.Begun(),
            new Sighting.Garbled("1|1|udp|x|grpc", "its network \"udp\" is neither unix nor tcp"),
            new Sighting.Strange("1|1|udp|x|grpc"),
            new Sighting.Found(LINE));
  }

  @Test
  void end_withoutLine_tellsWhatCameInstead() {
    push("hello\nworld");
    assertThat(search.end()).containsExactly(new Sighting.Ended(2, "hello"));
  }

  @Test
  void end_ofNothing_isToldOnce() {
    assertThat(search.end()).containsExactly(new Sighting.Ended(0, ""));
    assertThat(search.end()).isEmpty();
  }

  @Test
  void stopped_search_findsNoMore() {
    search.stop();
    assertThat(push("1|1|unix|/s|grpc|\n")).containsExactly(new Sighting.Begun());
    assertThat(stray).containsExactly("after: 1|1|unix|/s|grpc|");
  }
}
