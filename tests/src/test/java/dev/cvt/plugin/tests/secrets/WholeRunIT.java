package dev.cvt.plugin.tests.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The last test of the build, in a run of its own: what all the others have said holds none of
 * their secrets.
 */
class WholeRunIT {
  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();

  @Test
  void nothingThatWasSaid_holdsASecret() throws IOException {
    var reports = new Reports(ROOT);

    // Of this module at least: a search in no file at all finds nothing either.
    assertThat(reports.files()).anyMatch(file -> file.startsWith(ROOT.resolve("tests/target")));
    assertThat(reports.hits()).isEmpty();
  }
}
