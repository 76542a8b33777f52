package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.CannotServe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostOfferTest {

  @Test
  void nothing_said_gives_the_defaults() {
    assertThat(HostOffer.read(Map.of()))
        .isEqualTo(
            new HostOffer(
                List.of(),
                List.of(),
                Path.of("/tmp"),
                Optional.empty(),
                new HostOffer.Ports(0, 0),
                Optional.empty()));
  }

  @Test
  void everything_said_is_read() {
    assertThat(
            HostOffer.read(
                Map.of(
                    "PLUGIN_PROTOCOL_VERSIONS", "3, 1,two,2,",
                    "PLUGIN_UNIX_SOCKET_DIR", "/run/host",
                    "PLUGIN_UNIX_SOCKET_GROUP", "staff",
                    "PLUGIN_MIN_PORT", "10000",
                    "PLUGIN_MAX_PORT", "25000",
                    "PLUGIN_CLIENT_CERT", "PEM",
                    "TMPDIR", "/not/this/one")))
        .isEqualTo(
            new HostOffer(
                List.of(3, 1, 2),
                List.of("two"),
                Path.of("/run/host"),
                Optional.of("staff"),
                new HostOffer.Ports(10000, 25000),
                Optional.of("PEM")));
  }

  @Test
  void hosts_before_the_socket_folder_say_it_by_tmpdir() {
    assertThat(HostOffer.read(Map.of("TMPDIR", "/run/old", "PLUGIN_UNIX_SOCKET_DIR", "")))
        .extracting(HostOffer::socketFolder)
        .isEqualTo(Path.of("/run/old"));
  }

  @ParameterizedTest
  @CsvSource({
    "'1',       '1',     1",
    "'1,2,3',   '2,3,4', 3",
    "'2,1',     '1,2',   2",
    "'5,6',     '1,2',   1",
    "'',        '3,2',   2",
    "'-1,0',    '0,7',   0",
    "'2,2,2',   '2,9',   2",
  })
  void the_highest_common_version_is_chosen_else_the_lowest(
      String offered, String served, int chosen) {
    TreeSet<Integer> versions = new TreeSet<>();
    for (String version : served.split(",", -1)) {
      versions.add(Integer.parseInt(version));
    }
    assertThat(HostOffer.read(Map.of("PLUGIN_PROTOCOL_VERSIONS", offered)).choose(versions))
        .isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ten   | 20    | PLUGIN_MIN_PORT is \"ten\"; the host must give a number from 0 to 65535",
        "10    | 65536 | PLUGIN_MAX_PORT is \"65536\"; the host must give a number from 0 to 65535",
        "-1    | 20    | PLUGIN_MIN_PORT is \"-1\"; the host must give a number from 0 to 65535",
        "30    | 20    | PLUGIN_MIN_PORT is 30 and PLUGIN_MAX_PORT is 20; the host must give a"
            + " range whose first port is not above its last",
      })
  void ports_that_make_no_sense_are_refused(String first, String last, String message) {
    assertThatThrownBy(
            () -> HostOffer.read(Map.of("PLUGIN_MIN_PORT", first, "PLUGIN_MAX_PORT", last)))
        .isInstanceOf(CannotServe.class)
        .hasMessage(message);
  }

  /** Where no locale is set, Java knows no path of letters that are not ASCII's. */
  @ParameterizedTest
  @ValueSource(strings = {"PLUGIN_UNIX_SOCKET_DIR", "TMPDIR"})
  void folder_that_is_no_path_is_refused(String name) {
    assertThatThrownBy(() -> HostOffer.read(Map.of(name, "/tmp/\0")))
        .isInstanceOf(CannotServe.class)
        .hasMessage(
            "%s is \"/tmp/\0\", which this system knows no path for; the host must set LC_ALL to a locale"
                    .formatted(name)
                + " with those letters, such as C.UTF-8");
  }
}
