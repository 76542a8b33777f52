package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What fuzzing found worth keeping, loaded again, and changed at random. */
class ConfigFuzzTest {

  static final String SPECIAL = " \n\t:-?[]{}#&*!|>'\"%@`,~$<=\\\u0000\u00ff01asux";

  @Test
  void everyKeptInput_endsInAConfigOrInProblems() throws IOException {
    var corpus = FuzzCorpus.of("config");
    assertThat(corpus.size()).isGreaterThan(1_000);
    corpus.replay(ConfigFuzz::fuzzerTestOneInput);
  }

  @Test
  void keptInputsChangedAtRandom_endInAConfigOrInProblems() throws IOException {
    FuzzCorpus.of("config").replayChanged(3_000, SPECIAL, ConfigFuzz::fuzzerTestOneInput);
  }
}
