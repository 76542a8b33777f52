package dev.cvt.pluginmgr.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** State files that are none, to the letter of what is said about them. */
class UnreadableStateTest {

  private static final String RESTORE =
      "; restore it from a backup, or delete it and install the plugins again";

  private FileSystem fs;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    fs = Jimfs.newFileSystem(Configuration.unix());
    file = Files.createDirectory(fs.getPath("/p")).resolve("state.json");
  }

  @AfterEach
  void close() throws IOException {
    fs.close();
  }

  @ParameterizedTest
  @MethodSource
  void text_thatIsNoState_isRefused(byte[] text, String message) throws IOException {
    Files.write(file, text);
    assertThatThrownBy(() -> new StateStore(file).read())
        .isInstanceOf(Refused.class)
        .hasMessage("/p/state.json" + message)
        .extracting(e -> ((Refused) e).reason())
        .isEqualTo(Reason.UNREADABLE);
  }

  static Stream<Arguments> text_thatIsNoState_isRefused() {
    return Stream.of(
        of("", " is empty" + RESTORE),
        of(" ", ":1:1 cannot be read: it ends in the middle" + RESTORE),
        of("{\"version\":1", ":1:13 cannot be read: it ends in the middle" + RESTORE),
        of("{\n \"plugins\": {", ":2:14 cannot be read: it ends in the middle" + RESTORE),
        of("{\"version\":1,}", ":1:14 cannot be read: it is not JSON" + RESTORE),
        of("{'version':1}", ":1:2 cannot be read: it is not JSON" + RESTORE),
        of("{\"version\":01}", ":1:13 cannot be read: it is not JSON" + RESTORE),
        of("{\"version\":NaN}", ":1:15 cannot be read: it is not JSON" + RESTORE),
        of("{}x", ":1:3 cannot be read: it is not JSON" + RESTORE),
        of("{} {}", ":1:4 cannot be read: there is more after the end of the JSON value" + RESTORE),
        of("\uFEFF{}", ":1:1 cannot be read: it begins with a byte order mark" + RESTORE),
        of("{\0}", ":1:3 cannot be read: it is not JSON" + RESTORE),
        arguments(
            new byte[] {'{', (byte) 0xFF, '}'},
            ":1:1 cannot be read: it is not UTF-8 text" + RESTORE),
        arguments(
            "{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
            ":1:3 cannot be read: it is not JSON" + RESTORE),
        of("[]", " cannot be read: the whole must be an object, found a list" + RESTORE),
        of("1", " cannot be read: the whole must be an object, found a number" + RESTORE),
        of(
            "{\"version\": 2}",
            " has version 2, and this program reads version 1; use the program that wrote it, or a"
                + " newer version of this one"),
        of(
            "{\"version\": 1.0}",
            " has version 1.0, and this program reads version 1; use the program that wrote it, or"
                + " a newer version of this one"),
        of(
            "{\"version\": \"1\"}",
            " cannot be read: version must be a number, found a string" + RESTORE),
        of(
            "{\"plugins\": []}",
            " cannot be read: plugins must be an object, found a list" + RESTORE),
        of(
            "{\"plugins\": {\"a\": []}}",
            " cannot be read: plugins.a must be an object, found a list" + RESTORE),
        of(
            "{\"plugins\": {\"a\": {\"sha256\": 1}}}",
            " cannot be read: plugins.a.sha256 must be a string, found a number" + RESTORE),
        of(
            "{\"plugins\": {\"a\": {\"installed_at\": true}}}",
            " cannot be read: plugins.a.installed_at must be a string, found true or false"
                + RESTORE),
        of(
            "{\"plugins\": {\"a\": {\"installed_at\": \"yesterday\"}}}",
            " cannot be read: plugins.a.installed_at must be a time such as 2026-04-17T19:00:00Z,"
                + " found \"yesterday\""
                + RESTORE),
        of(
            "{\"plugins\": {\"a\": {}, \"a\": {}}}",
            ":1:23 cannot be read: the key \"a\" stands there twice" + RESTORE),
        of(
            "{\"plugins\": {\"a\\n%s\": []}}".formatted("b".repeat(99)),
            " cannot be read: plugins.a\uFFFD"
                + "b".repeat(38)
                + "… must be an object, found a list"
                + RESTORE),
        of(
            "{\"x\": {\"y\": 1, \"y\": 2}}",
            ":1:16 cannot be read: the key \"y\" stands there twice" + RESTORE),
        of(
            "{\"plugins\": {\"a\": {\"sha256\": \"\", \"SHA256\": \"\"}}}",
            " cannot be read: the key \"plugins.a.sha256\" stands there twice, in different case"
                + RESTORE));
  }

  private static Arguments of(String text, String message) {
    return arguments(text.getBytes(UTF_8), message);
  }

  @ParameterizedTest
  @MethodSource
  @Timeout(20)
  void hostileText_isRefusedWithoutReadingItAll(String name, String text) throws IOException {
    Files.writeString(file, text);
    long before = System.nanoTime();
    assertThatThrownBy(() -> new StateStore(file).read())
        .as(name)
        .isInstanceOf(Refused.class)
        .hasMessageContaining("it is too large or too deep");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
  }

  static Stream<Arguments> hostileText_isRefusedWithoutReadingItAll() {
    return Stream.of(
        arguments("depth", "[".repeat(100_000)),
        arguments("object depth", "{\"a\":".repeat(100_000)),
        arguments("tokens", "[" + "0,".repeat(2_000_000) + "0]"),
        arguments("one name", "{\"" + "a".repeat(1_000_000) + "\": 1}"),
        arguments("one string", "[\"" + "a".repeat(2_000_000) + "\"]"),
        arguments("one number", "[" + "1".repeat(100_000) + "]"));
  }

  @Test
  void file_ofMoreThanEightMegabytes_isRefusedUnread() throws IOException {
    Files.write(file, new byte[JsonReader.MAX_BYTES + 1]);
    assertThatThrownBy(() -> new StateStore(file).read())
        .hasMessage("/p/state.json is larger than 8388608 bytes" + RESTORE);
  }

  @Test
  void tenThousandPlugins_areRead() throws Exception {
    var members = new StringBuilder("{\"plugins\":{");
    for (int i = 0; i < 10_000; i++) {
      members.append(i == 0 ? "" : ",").append("\"p").append(i).append("\":{\"sha256\":\"x\"}");
    }
    Files.writeString(file, members + "}}");
    assertThat(new StateStore(file).read().plugins()).hasSize(10_000);
  }

  @Test
  void halfSurrogates_byTheHundredThousand_costNoMoreThanTheirLength() throws Exception {
    Files.writeString(file, "{\"x\": \"" + "\\ud800".repeat(150_000) + "\"}");
    assertThat(new StateStore(file).read().others()).hasSize(1);
  }

  @Test
  void file_thatIsMissing_isEmpty() {
    assertThat(new StateStore(file).read().plugins()).isEmpty();
  }

  @Test
  void file_thatIsAFolder_isRefused() throws IOException {
    Files.createDirectory(file);
    assertThatThrownBy(() -> new StateStore(file).read())
        .hasMessage(
            "/p/state.json is not a regular file; put a regular file in its place, or move it away"
                + " and install the plugins again");
  }

  @Test
  void file_thatIsALink_isNotFollowed() throws IOException {
    Files.writeString(fs.getPath("/secret"), "{}");
    Files.createSymbolicLink(file, fs.getPath("/secret"));
    assertThatThrownBy(() -> new StateStore(file).read())
        .hasMessageStartingWith("/p/state.json is not a regular file");
  }
}
