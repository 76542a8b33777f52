package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LaunchTest {
  @Test
  void scrubberThatFails_hasTheTextLeftOutAndHarmsNobodyWhoReads() {
    var launch =
        Launch.builder(Path.of("/bin/true"), Handshake.of("COOKIE", "value", 1))
            .scrubber(
                text -> {
                  if (text.contains("bad")) {
                    throw new IllegalStateException(text);
                  }
                  return text;
                })
            .build();

    assertThat(launch.scrubber().apply("good")).isEqualTo("good");
    assertThat(launch.scrubber().apply("bad hushhush"))
        .isEqualTo(
            "(left out: what takes secrets out of it failed with java.lang.IllegalStateException)");
  }
}
