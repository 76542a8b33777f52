package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What fuzzing found worth keeping, loaded again, and changed at random. */
class ConfigFuzzTest {
  private static final String SPECIAL = " \n\t:-?[]{}#&*!|>'\"%@`,~$<=\\\u0000\u00ff01asux";

  private static List<byte[]> corpus() throws IOException {
    try (var in = ConfigFuzzTest.class.getResourceAsStream("/fuzz/config.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  @Test
  void everyKeptInput_endsInAConfigOrInProblems() throws IOException {
    assertThat(corpus()).hasSizeGreaterThan(1_000);
    for (var input : corpus()) {
      load(input);
    }
  }

  @Test
  void keptInputsChangedAtRandom_endInAConfigOrInProblems() throws IOException {
    var corpus = corpus();
    for (var seed = 0; seed < 3_000; seed++) {
      load(changed(corpus, new Random(seed)));
    }
  }

  private static void load(byte[] input) {
    try {
      ConfigFuzz.fuzzerTestOneInput(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("on the input " + HexFormat.of().formatHex(input), e);
    }
  }

  /** Parts of two inputs put together, and some bytes exchanged. */
  private static byte[] changed(List<byte[]> corpus, Random random) {
    var a = corpus.get(random.nextInt(corpus.size()));
    var b = corpus.get(random.nextInt(corpus.size()));
    var head = Arrays.copyOf(a, random.nextInt(a.length + 1));
    var tail = Arrays.copyOfRange(b, random.nextInt(b.length + 1), b.length);
    var joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    for (var n = random.nextInt(4); n > 0 && joined.length > 0; n--) {
      joined[random.nextInt(joined.length)] =
          (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
    }
    return joined;
  }
}
