package dev.cvt.pluginmgr.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.FuzzCorpus;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What fuzzing of state files found worth keeping, read again, and changed at random. */
class StateFuzzTest {

  private static final String SPECIAL = " \n\t{}[]:,\"\\\u0000\u00ff01-+.eEtfnuTZpbsi";

  @Test
  void everyKeptInput_isReadOrRefused() throws IOException {
    var corpus = FuzzCorpus.of("state");
    assertThat(corpus.size()).isGreaterThan(100);
    corpus.replay(StateFuzz::fuzzerTestOneInput);
  }

  @Test
  void keptInputsChangedAtRandom_areReadOrRefused() throws IOException {
    FuzzCorpus.of("state").replayChanged(20_000, SPECIAL, StateFuzz::fuzzerTestOneInput);
  }
}
