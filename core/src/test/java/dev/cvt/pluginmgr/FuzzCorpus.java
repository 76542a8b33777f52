package dev.cvt.pluginmgr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/** Inputs that fuzzing found worth keeping, for the tests that give them to their targets again. */
public final class FuzzCorpus {

  private final List<byte[]> inputs;

  private FuzzCorpus(List<byte[]> inputs) {
    this.inputs = inputs;
  }

  /** The corpus of that name: an input a line, escaped as in a source of Java. */
  public static FuzzCorpus of(String name) throws IOException {
    try (var in = FuzzCorpus.class.getResourceAsStream("/fuzz/" + name + ".txt")) {
      return new FuzzCorpus(
          new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .map(line -> line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1))
              .toList());
    }
  }

  /** How many inputs it has. */
  public int size() {
    return inputs.size();
  }

  /** Gives every input to a target, which throws if something does not hold. */
  public void replay(Consumer<byte[]> target) {
    inputs.forEach(input -> give(input, target));
  }

  /**
   * Gives so many inputs to a target that are made of those here: parts of two put together, and
   * some bytes exchanged for special ones. The same ones each time.
   */
  public void replayChanged(int times, String special, Consumer<byte[]> target) {
    for (var seed = 0; seed < times; seed++) {
      give(changed(new Random(seed), special), target);
    }
  }

  private static void give(byte[] input, Consumer<byte[]> target) {
    try {
      target.accept(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("on the input " + escaped(input), e);
    }
  }

  private byte[] changed(Random random, String special) {
    var a = inputs.get(random.nextInt(inputs.size()));
    var b = inputs.get(random.nextInt(inputs.size()));
    var head = Arrays.copyOf(a, random.nextInt(a.length + 1));
    var tail = Arrays.copyOfRange(b, random.nextInt(b.length + 1), b.length);
    var joined = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, joined, head.length, tail.length);
    for (var n = random.nextInt(4); n > 0 && joined.length > 0; n--) {
      joined[random.nextInt(joined.length)] =
          (byte) special.charAt(random.nextInt(special.length()));
    }
    return joined;
  }

  private static String escaped(byte[] input) {
    var out = new StringBuilder();
    for (var b : input) {
      out.append(b >= 0x20 && b < 0x7F ? "" + (char) b : "\\%03o".formatted(b & 0xff));
    }
    return out.toString();
  }
}
