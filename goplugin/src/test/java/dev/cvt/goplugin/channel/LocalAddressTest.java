package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalAddressTest {

  @Test
  void socketFile_isOne() {
    assertThat(LocalAddress.of("unix", "/tmp/x")).contains(UnixDomainSocketAddress.of("/tmp/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1234, 127.0.0.1, 1234",
    "127.9.9.9:65535, 127.9.9.9, 65535",
    "localhost:80, 127.0.0.1, 80",
    "[::1]:80, ::1, 80",
    "::1:80, ::1, 80",
  })
  void loopbackPort_isOne(String address, String host, int port) {
    assertThat(LocalAddress.of("tcp", address))
        .contains(new InetSocketAddress(InetAddress.ofLiteral(host), port));
  }

  @ParameterizedTest
  @CsvSource({
    "unix, ''",
    "unix, @x",
    "tcp, 10.0.0.1:80",
    "tcp, 0.0.0.0:80",
    "tcp, example.com:80",
    "tcp, 127.0.0.1",
    "tcp, 127.0.0.1:",
    "tcp, 127.0.0.1:0",
    "tcp, 127.0.0.1:65536",
    "tcp, 127.0.0.1:99999999",
    "tcp, :80",
    "tcp, [::]:80",
    "udp, 127.0.0.1:80",
    "'', ''",
    "tcp, 127.0.0.1.nip.io:80",
    "tcp, 2130706433x:80"
  })
  void anythingElse_isNone(String network, String address) {
    assertThat(LocalAddress.of(network, address)).isEmpty();
  }

  @Test
  void pathWithNul_isNone() {
    assertThat(LocalAddress.of("unix", "/tmp/\0")).isEmpty();
  }
}
