package dev.cvt.goplugin.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.CannotServe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningTest {

  @TempDir Path folder;

  private static HostOffer offer(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    for (int at = 0; at < pairs.length; at += 2) {
      environment.put(pairs[at], pairs[at + 1]);
    }
    return HostOffer.read(environment);
  }

  private Path file(Listening listening) {
    return listening.file().orElseThrow().path();
  }

  @Test
  void a_unix_socket_lies_in_the_folder_of_the_host_and_goes_with_its_end() throws Exception {
    Listening listening = Listening.open(offer("PLUGIN_UNIX_SOCKET_DIR", folder.toString()), true);
    assertThat(file(listening)).hasParent(folder);
    assertThat(listening.address()).isEqualTo(file(listening).toString());
    try (SocketChannel client = SocketChannel.open(listening.file().orElseThrow().address())) {
      assertThat(client.isConnected()).isTrue(); // waits to be served
    }
    listening.close();
    listening.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_group_may_use_the_socket_where_the_host_names_one() throws Exception {
    String group =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .group()
            .getName();
    try (Listening listening =
        Listening.open(
            offer("PLUGIN_UNIX_SOCKET_DIR", folder.toString(), "PLUGIN_UNIX_SOCKET_GROUP", group),
            true)) {
      PosixFileAttributes facts = Files.readAttributes(file(listening), PosixFileAttributes.class);
      assertThat(PosixFilePermissions.toString(facts.permissions())).isEqualTo("rw-rw----");
      assertThat(facts.group().getName()).isEqualTo(group);
    }
  }

  @Test
  void a_group_that_does_not_exist_is_named_and_no_socket_is_left() {
    assertThatThrownBy(
            () ->
                Listening.open(
                    offer(
                        "PLUGIN_UNIX_SOCKET_DIR",
                        folder.toString(),
                        "PLUGIN_UNIX_SOCKET_GROUP",
                        "no-such-group"),
                    true))
        .isInstanceOf(CannotServe.class)
        .hasMessage(
            "there is no group \"no-such-group\"; the host must name one that exists in"
                + " PLUGIN_UNIX_SOCKET_GROUP");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_path_that_no_socket_address_holds_is_told_with_its_length() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("d".repeat(50)).resolve("e".repeat(60)));
    assertThatThrownBy(() -> Listening.open(offer("PLUGIN_UNIX_SOCKET_DIR", deep.toString()), true))
        .isInstanceOf(CannotServe.class)
        .hasMessageMatching(
            "the socket's path would be [0-9]{3} bytes long: .*; a socket address holds 103; the"
                + " host must name a shorter folder in PLUGIN_UNIX_SOCKET_DIR or TMPDIR");
  }

  @Test
  void a_missing_folder_is_told() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(
            () -> Listening.open(offer("PLUGIN_UNIX_SOCKET_DIR", missing.toString()), true))
        .isInstanceOf(CannotServe.class)
        .hasMessage(
            "the folder for sockets, "
                + missing
                + ", does not exist; the host must make it, or name another in"
                + " PLUGIN_UNIX_SOCKET_DIR or TMPDIR");
  }

  @Test
  void without_unix_sockets_a_free_port_of_the_range_is_taken() throws Exception {
    try (ServerSocketChannel taken = ServerSocketChannel.open()) {
      taken.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      int port = taken.socket().getLocalPort();
      try (Listening listening =
          Listening.open(
              offer(
                  "PLUGIN_MIN_PORT", Integer.toString(port),
                  "PLUGIN_MAX_PORT", Integer.toString(Math.min(port + 50, 65_535))),
              false)) {
        assertThat(listening.address()).startsWith("127.0.0.1:").doesNotEndWith(":" + port);
        assertThat(listening.file()).isEmpty();
      }
      assertThatThrownBy(
              () ->
                  Listening.open(
                      offer(
                          "PLUGIN_MIN_PORT", Integer.toString(port),
                          "PLUGIN_MAX_PORT", Integer.toString(port)),
                      false))
          .isInstanceOf(CannotServe.class)
          .hasMessage(
              "no port from %d to %d is free: Address already in use; the host must give a wider"
                  + " range in PLUGIN_MIN_PORT and PLUGIN_MAX_PORT",
              port, port);
    }
  }

  @Test
  void without_a_range_the_system_chooses_the_port() {
    try (Listening listening = Listening.open(offer(), false)) {
      assertThat(listening.address()).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
    }
  }
}
