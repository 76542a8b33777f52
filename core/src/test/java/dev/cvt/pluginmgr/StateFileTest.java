package dev.cvt.pluginmgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateFileTest {
  @Test
  void standardFile_isInTheHome() {
    assertThat(StateFile.standard("/home/u").path()).hasToString("/home/u/.cvt/plugins/state.json");
  }

  @ParameterizedTest
  @CsvSource({
    "'', the environment variable HOME is not set",
    "u, 'HOME is u, which is no absolute path; set it'",
  })
  void homeThatIsNone_isRefused(String home, String message) {
    assertThatThrownBy(() -> StateFile.standard(home))
        .isInstanceOf(StateFile.Refused.class)
        .hasMessageStartingWith(message);
  }
}
