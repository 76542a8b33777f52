package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What fuzzing of names and paths found worth keeping, done again, and changed at random. */
class InstallFuzzTest {

  private static final String SPECIAL = "\n@/.. ~-_\\\u0000\u00ff0aZ{}\":,";

  @Test
  void everyKeptInput_isDoneOrRefused() throws IOException {
    var corpus = FuzzCorpus.of("install");
    assertThat(corpus.size()).isGreaterThan(150);
    corpus.replay(InstallFuzz::fuzzerTestOneInput);
  }

  @Test
  void keptInputsChangedAtRandom_areDoneOrRefused() throws IOException {
    FuzzCorpus.of("install").replayChanged(500, SPECIAL, InstallFuzz::fuzzerTestOneInput);
  }
}
