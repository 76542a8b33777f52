package dev.cvt.plugin.tests.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What is skipped is written down. */
final class SkippedTestsTest {

  @Test
  void skippedAndAborted_areListedWithTheirReasons(@TempDir Path folder) throws IOException {
    var file = folder.resolve("made/skipped.txt");
    run(file, Sample.class, WholeClass.class);
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "SkippedTestsTest$Sample.aborts: needs the moon and a second line",
            "SkippedTestsTest$Sample.disabled: not today",
            "SkippedTestsTest$WholeClass: needs the sun");
  }

  @Test
  void nothingSkipped_emptiesTheListOfBefore(@TempDir Path folder) throws IOException {
    var file = Files.writeString(folder.resolve("skipped.txt"), "Old.one: gone\n");
    run(file);
    assertThat(file).isEmptyFile();
  }

  private static void run(Path file, Class<?>... samples) {
    var launcher =
        LauncherFactory.create(
            LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build());
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(samples).map(type -> selectClass(type)).toList())
            .build();
    launcher.execute(request, new SkippedTests(file.toString()));
  }

  /** Run by the test above only: the build looks for classes by their name. */
  static final class Sample {
    @Test
    void aborts() {
      Assumptions.abort("needs the moon\n  and a second line");
    }

    @Test
    @Disabled("not today")
    void disabled() {}

    @Test
    void passes() {}
  }

  static final class WholeClass {
    @BeforeAll
    static void aborts() {
      Assumptions.abort("needs the sun");
    }

    @Test
    void never() {}
  }
}
