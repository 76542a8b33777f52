package dev.cvt.goplugin.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.line.HandshakeLine.Network;
import dev.cvt.goplugin.line.LineReader.Reading;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
  private static final String CERT = "MIIB".repeat(20);

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          1|1|unix|/tmp/plugin123|grpc|         ! 1 ! 1 ! UNIX ! /tmp/plugin123  ! grpc
          1|1|unix|/tmp/plugin123|grpc          ! 1 ! 1 ! UNIX ! /tmp/plugin123  ! grpc
          1|1|unix|/tmp/plugin123               ! 1 ! 1 ! UNIX ! /tmp/plugin123  ! netrpc
          1|1|unix|/tmp/plugin123|              ! 1 ! 1 ! UNIX ! /tmp/plugin123  ! ''
          1|6|tcp|127.0.0.1:1234|grpc||true     ! 1 ! 6 ! TCP  ! 127.0.0.1:1234  ! grpc
          1|1|unix|/tmp/plugin123|grpc||x|y|z   ! 1 ! 1 ! UNIX ! /tmp/plugin123  ! grpc
          +1|007|unix|/tmp/plugin123|grpc       ! 1 ! 7 ! UNIX ! /tmp/plugin123  ! grpc
          2|1|unix|/tmp/plugin123|grpc          ! 2 ! 1 ! UNIX ! /tmp/plugin123  ! grpc
          1|-1|unix|/tmp/plugin123|grpc         ! 1 ! -1 ! UNIX ! /tmp/plugin123  ! grpc
          """)
  void line_wellFormed_isAccepted(
      String text, int core, int app, Network network, String address, String protocol) {
    assertThat(LineReader.read(text))
        .isInstanceOfSatisfying(
            Reading.Accepted.class,
            accepted -> {
              assertThat(accepted.line().core()).isEqualTo(core);
              assertThat(accepted.line().app()).isEqualTo(app);
              assertThat(accepted.line().network()).isEqualTo(network);
              assertThat(accepted.line().address()).isEqualTo(address);
              assertThat(accepted.line().protocol()).isEqualTo(protocol);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"  1|1|unix|/s|grpc|", "1|1|unix|/s|grpc|\r\n", "\t1|1|unix|/s|grpc| \n"})
  void line_withSpaceAround_isAccepted(String text) {
    assertThat(LineReader.read(text)).isInstanceOf(Reading.Accepted.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          1|1|unix          ! it has 3 fields of the 4 at least
          1|1               ! it has 2 fields of the 4 at least
          1|x|unix|/s|grpc  ! its protocol version "x" is not a number
          1||unix|/s|grpc   ! its protocol version "" is not a number
          1|1|udp|/s|grpc   ! its network "udp" is neither unix nor tcp
          1|1|UNIX|/s|grpc  ! its network "UNIX" is neither unix nor tcp
          1|1|unix||grpc    ! its address is empty
          7|x|tcp|a:1|grpc  ! its protocol version "x" is not a number
          1|99999999999999999999|unix|/s|grpc ! its protocol version "99999999999999999999" is not a number
          """)
  void line_meantButWrong_isGarbled(String text, String problem) {
    assertThat(LineReader.read(text)).isEqualTo(new Reading.Garbled(problem));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "|",
        "||||",
        "Hello",
        "1",
        "12 plugins loaded",
        "2024|INFO|started|by me",
        "x|1|unix|/s|grpc",
        "1.5|1|unix|/s|grpc",
        "\u0000|\u0000",
        "99999999999999999999|1|unix|/s|grpc",
      })
  void line_ofAnotherKind_isOther(String text) {
    assertThat(LineReader.read(text)).isEqualTo(new Reading.Other());
  }

  @Test
  void certificate_ofMoreThanFiftyCharacters_isOne() {
    assertThat(accepted("1|1|unix|/s|grpc|" + "A".repeat(51)).certificate())
        .contains("A".repeat(51));
  }

  @Test
  void certificate_ofFiftyCharacters_isSomethingElse() {
    assertThat(accepted("1|1|unix|/s|grpc|" + "A".repeat(50)).certificate()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "1, true", "T, true", "false, false", "F, false", "0, false"})
  void multiplexing_asGoWritesTruth_isRead(String word, boolean truth) {
    assertThat(accepted("1|1|unix|/s|grpc||" + word).multiplexing()).contains(truth);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "tRUE", "2"})
  void multiplexing_inOtherWords_isUnsaid(String word) {
    assertThat(accepted("1|1|unix|/s|grpc||" + word).multiplexing()).isEmpty();
  }

  @Test
  void line_printedAndRead_isTheSame() {
    var line =
        new HandshakeLine(
            1, 5, Network.TCP, "127.0.0.1:80", "grpc", Optional.of(CERT), Optional.of(true));
    assertThat(line.print()).isEqualTo("1|5|tcp|127.0.0.1:80|grpc|" + CERT + "|true");
    assertThat(accepted(line.print())).isEqualTo(line);
  }

  @Test
  void line_ofPluginNotAskedForMore_hasAnEmptySixthField() {
    assertThat(HandshakeLine.grpc(1, Network.UNIX, "/s", Optional.empty()).print())
        .isEqualTo("1|1|unix|/s|grpc|");
  }

  private static HandshakeLine accepted(String text) {
    return ((Reading.Accepted) LineReader.read(text)).line();
  }
}
