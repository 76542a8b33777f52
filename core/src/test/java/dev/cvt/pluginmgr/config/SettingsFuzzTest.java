package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What fuzzing of settings found worth keeping, loaded again, and changed at random. */
class SettingsFuzzTest {

  private static final String SPECIAL = ConfigFuzzTest.SPECIAL;

  @Test
  void everyKeptInput_endsInAConfigOrInProblems() throws IOException {
    var corpus = FuzzCorpus.of("settings");
    assertThat(corpus.size()).isGreaterThan(150);
    corpus.replay(SettingsFuzz::fuzzerTestOneInput);
  }

  @Test
  void keptInputsChangedAtRandom_endInAConfigOrInProblems() throws IOException {
    FuzzCorpus.of("settings").replayChanged(2_000, SPECIAL, SettingsFuzz::fuzzerTestOneInput);
  }
}
