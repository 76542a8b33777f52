package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cvt.goplugin.launch.FirstLineFuzz;
import dev.cvt.goplugin.logs.LogFuzz;
import dev.cvt.goplugin.serve.HostOfferFuzz;
import dev.cvt.goplugin.stdio.StdioFuzz;
import dev.cvt.goplugin.tls.CertificateFuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing found worth keeping, read again, and changed at random. */
class FuzzTest {
  private static final String SPECIAL = "\n\r|{}[]\":,\\ut0123@.+-= \u0000\u0001\u00ff\u00c3";

  private static Stream<Arguments> targets() {
    return Stream.of(
        target("first-line", FirstLineFuzz::fuzzerTestOneInput, 2_000),
        target("log", LogFuzz::fuzzerTestOneInput, 1_000),
        target("stdio", StdioFuzz::fuzzerTestOneInput, 300),
        target("certificate", CertificateFuzz::fuzzerTestOneInput, 300),
        target("host-offer", HostOfferFuzz::fuzzerTestOneInput, 2_000));
  }

  private static Arguments target(String corpus, Consumer<byte[]> parser, int changes) {
    return argumentSet(corpus, corpus, parser, changes);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void keptInputs_asTheyAreAndChangedAtRandom_holdWhatIsSaid(
      String name, Consumer<byte[]> parser, int changes) throws IOException {
    var corpus = corpus(name);
    assertThat(corpus).hasSizeGreaterThan(5);
    corpus.forEach(input -> run(parser, input));
    for (int seed = 0; seed < changes; seed++) {
      run(parser, changed(corpus, new Random(seed)));
    }
  }

  private static List<byte[]> corpus(String name) throws IOException {
    try (var in = FuzzTest.class.getResourceAsStream("/fuzz/" + name + ".txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1))
          .toList();
    }
  }

  private static void run(Consumer<byte[]> parser, byte[] input) {
    try {
      parser.accept(input);
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
    for (int n = random.nextInt(4); n > 0 && joined.length > 0; n--) {
      joined[random.nextInt(joined.length)] =
          (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
    }
    return joined;
  }
}
