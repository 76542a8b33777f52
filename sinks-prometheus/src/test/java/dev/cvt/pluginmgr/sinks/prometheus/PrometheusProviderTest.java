package dev.cvt.pluginmgr.sinks.prometheus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.spi.Context;
import dev.cvt.pluginmgr.spi.MetricsBackend;
import dev.cvt.pluginmgr.spi.MetricsBackend.Instrument;
import dev.cvt.pluginmgr.spi.MetricsBackendProvider;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusProviderTest {
  private static final Instrument CALLS =
      new Instrument("cvt_test_calls_total", "", "Calls.", List.of("plugin"));
  private static final Instrument UP = new Instrument("cvt_test_up", "", "Up.", List.of("plugin"));
  private static final Instrument TIME =
      new Instrument("cvt_test_duration_seconds", "seconds", "Time.", List.of("plugin"));

  private record Given(Map<String, String> settings, Path base) implements Context {}

  private static MetricsBackend backend(Map<String, String> settings) {
    return new PrometheusProvider().create(new Given(settings, Path.of(".")));
  }

  @Test
  void theModule_offersTheProvider() {
    assertThat(PrometheusProvider.class.getModule().getDescriptor().provides())
        .anyMatch(
            offer ->
                offer.service().equals(MetricsBackendProvider.class.getName())
                    && offer.providers().contains(PrometheusProvider.class.getName()));
  }

  @Test
  void whatIsMeasured_isServedWithoutTheSeriesThatGoDoesNotHave() throws Exception {
    int port;
    try (var backend = backend(Map.of("listen", "127.0.0.1:0"))) {
      port = backend.address().orElseThrow().getPort();
      backend.counter(CALLS).with("a").add(2);
      backend.gauge(UP).with("a").set(1);
      backend.histogram(TIME, List.of(.5, 1.0)).with("a").observe(.7);

      assertThat(scrape(backend).lines())
          .containsExactlyInAnyOrder(
              "# HELP cvt_test_calls_total Calls.",
              "# TYPE cvt_test_calls_total counter",
              "cvt_test_calls_total{plugin=\"a\",} 2.0",
              "# HELP cvt_test_up Up.",
              "# TYPE cvt_test_up gauge",
              "cvt_test_up{plugin=\"a\",} 1.0",
              "# HELP cvt_test_duration_seconds Time.",
              "# TYPE cvt_test_duration_seconds histogram",
              "cvt_test_duration_seconds_bucket{plugin=\"a\",le=\"0.5\",} 0.0",
              "cvt_test_duration_seconds_bucket{plugin=\"a\",le=\"1.0\",} 1.0",
              "cvt_test_duration_seconds_bucket{plugin=\"a\",le=\"+Inf\",} 1.0",
              "cvt_test_duration_seconds_count{plugin=\"a\",} 1.0",
              "cvt_test_duration_seconds_sum{plugin=\"a\",} 0.7");
    }
    try (var again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).as("close frees the port").isTrue();
    }
  }

  @Test
  void clientsThatNeverEndTheirRequests_keepNobodyElseWaiting() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (var backend = backend(Map.of("listen", "127.0.0.1:0"))) {
      backend.gauge(UP).with("a").set(1);
      var address = backend.address().orElseThrow();
      for (int i = 0; i < 20; i++) {
        var client = new Socket(address.getHost(), address.getPort());
        slow.add(client);
        client.getOutputStream().write("GET /metrics HTTP/1.1\r\nX-".getBytes(US_ASCII));
      }
      var patient = address.toURL().openConnection();
      patient.setReadTimeout(10_000);
      try (var answer = patient.getInputStream()) {
        assertThat(answer.readAllBytes()).asString(US_ASCII).contains("cvt_test_up");
      }
    } finally {
      for (var client : slow) {
        client.close();
      }
    }
  }

  @Test
  void aSeriesThatIsRemoved_isGone() throws Exception {
    try (var backend = backend(Map.of("listen", "127.0.0.1:0"))) {
      var up = backend.gauge(UP);
      up.with("a").set(1);
      up.with("b").set(1);
      up.remove("a");

      assertThat(scrape(backend)).doesNotContain("plugin=\"a\"").contains("plugin=\"b\"");
    }
  }

  @Test
  void anInstrumentThatIsAskedForAgain_isTheSameFamily() {
    try (var backend = backend(Map.of())) {
      assertThat(backend.gauge(UP)).isSameAs(backend.gauge(UP));
    }
  }

  @Test
  void anInstrumentOfTheSameNameAndOtherLabels_isRefused() {
    try (var backend = backend(Map.of())) {
      backend.gauge(UP);
      assertThatThrownBy(
              () -> backend.gauge(new Instrument(UP.name(), "", "Up.", List.of("other"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("cvt_test_up is measured already, as ");
    }
  }

  @Test
  void twoOwnRegistries_doNotDisturbEachOther() {
    try (var one = backend(Map.of());
        var two = backend(Map.of("registry", "own"))) {
      assertThat(one.gauge(UP)).isNotSameAs(two.gauge(UP));
    }
  }

  @Test
  void theDefaultRegistry_isSharedAndLeftClean() {
    var one = backend(Map.of("registry", "default"));
    var two = backend(Map.of("registry", "default"));
    one.gauge(UP).with("a").set(1);
    two.gauge(UP).with("b").set(1);
    one.close();
    assertThat(shared("a")).isEqualTo(1.0);
    two.close();
    assertThat(shared("a")).isNull();
  }

  private static Double shared(String plugin) {
    return CollectorRegistry.defaultRegistry.getSampleValue(
        UP.name(), new String[] {"plugin"}, new String[] {plugin});
  }

  @Test
  void aPortInUse_isSaidWithTheWaysOut() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var listen = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> backend(Map.of("listen", listen)))
          .hasMessage(
              "metrics cannot be served at %s: address already in use; stop what listens there, or set another listen in pluginmgr.yaml (port 0 takes a free one)"
                  .formatted(listen));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9551", ":9551", "localhost", "localhost:", "a b:1", "::1:9551", "h:65536"})
  void anAddressThatIsNone_isRefusedWithAnExample(String listen) {
    assertThatThrownBy(() -> backend(Map.of("listen", listen)))
        .hasMessage(
            "listen: %s is not host:port with a port from 0 to 65535; write it as in 127.0.0.1:9551"
                .formatted(listen));
  }

  @Test
  void anUnknownRegistry_isRefused() {
    assertThatThrownBy(() -> backend(Map.of("registry", "mine")))
        .hasMessage(
            "registry: mine is neither own nor default; write own unless the program serves"
                + " simpleclient's default registry itself");
  }

  @Test
  void theAddress_isTheOneThatWasTaken_andNoneWithoutListening() {
    try (var served = backend(Map.of("listen", "127.0.0.1:0"));
        var embedded = backend(Map.of())) {
      assertThat(served.address().orElseThrow().toString())
          .matches("http://127\\.0\\.0\\.1:[1-9]\\d*/metrics");
      assertThat(embedded.address()).isEmpty();
    }
  }

  private static String scrape(MetricsBackend backend) throws Exception {
    try (var answer = backend.address().orElseThrow().toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
