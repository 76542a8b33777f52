package dev.cvt.plugin.tests.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code cvt-plugins conformance}, from the image, on plugins as they are installed. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ConformanceIT {
  private static final Path COMMAND = EchoHome.ROOT.resolve("cli/target/image/bin/cvt-plugins");
  private static final Path ECHO =
      EchoHome.ROOT.resolve("examples/echo-plugin-java/target/cvt-plugin-echo-java");

  @TempDir private Path folder;

  private Program conformance(Object... arguments) {
    var words = new Object[arguments.length + 1];
    words[0] = "conformance";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return Program.of(COMMAND, words).with("HOME", folder);
  }

  @Test
  void thePackedJavaEchoPlugin_keepsEveryRule() throws IOException {
    // It unpacks itself once, below HOME.
    conformance(ECHO, "--only", "line", "--timeout", 60).run().ok();

    var run =
        conformance(
                ECHO,
                "--set",
                "base_url=http://localhost",
                "--set",
                "token=" + EchoHome.SECRET,
                "--schema",
                "print:" + "x".repeat(100),
                "--slow-schema",
                "sleep:90s",
                "--timeout",
                30,
                "--json")
            .run();

    assertThat(run.out() + run.err()).doesNotContain(EchoHome.SECRET);
    var report = JSON.std.mapFrom(run.out());
    var others =
        ((List<?>) report.get("rules"))
            .stream()
                .map(rule -> (Map<?, ?>) rule)
                .filter(rule -> !"passed".equals(rule.get("result")))
                .filter(rule -> !"port-range".equals(rule.get("id")))
                .map(rule -> rule.get("result") + " " + rule.get("id") + ": " + rule.get("seen"))
                .toList();
    assertThat(others).isEmpty();
    assertThat(report).containsEntry("conforms", true).containsEntry("failed", 0);
    assertThat(run.exit()).isZero();
  }
}
