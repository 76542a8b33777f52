package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.subject.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Hashing a plugin's file. */
public final class Hashing implements Measurement {
  private static final int SMALL = 20_000_000;
  private static final int LARGE = 700_000_000;

  /** What the command's launcher adds to what stands in its image. */
  private static final List<String> AS_THE_LAUNCHER =
      List.of(
          "-XX:CompileThresholdScaling=10",
          "--add-exports",
          "dev.cvt.pluginmgr/dev.cvt.pluginmgr.file=ALL-UNNAMED");

  /** What stands in the image, for a JVM that has been at work for long, as a host's has. */
  private static final List<String> AS_IN_THE_IMAGE =
      List.of(
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::implCompress,0.001",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::implCompressMultiBlock,0.0001");

  @Override
  public String name() {
    return "hash";
  }

  @Override
  public String what() {
    return "SHA-256 of 20 MB, the first thing in a new process, and of 700 MB, warm";
  }

  @Override
  public void run(Bench bench) throws IOException, InterruptedException {
    var folder = bench.folder("hash");
    var small = file(folder.resolve("small"), SMALL);
    var large = file(folder.resolve("large"), bench.quick() ? SMALL : LARGE);
    var ours = OnImage.trained(folder, Hash.class, AS_THE_LAUNCHER, flags(small, 1));
    var both =
        bench.alternate(
            bench.quick() ? 1 : 10,
            () -> millis(bench, ours.with(flags(small, 1)), folder, 0),
            bench.peers().goManager().map(go -> () -> millis(bench, go(go, small, 1), folder, 0)));
    bench.add(
        both.row(
            "hash-cold",
            "20 MB, new process on the image's Java; Go",
            "ms",
            "ms",
            Goal.atMost(35)));
    both =
        bench.alternate(
            Math.min(3, bench.rounds()),
            () -> millis(bench, warm(bench, flags(large, 3)), folder, 2),
            bench.peers().goManager().map(go -> () -> millis(bench, go(go, large, 3), folder, 2)));
    bench.add(both.row("hash-warm", "700 MB, third time; Go", "ms", "ms", Goal.atMostTimes(1.1)));
  }

  private static List<String> warm(Bench bench, List<String> flags) {
    var options = new ArrayList<>(HookLoad.JVM);
    options.addAll(AS_IN_THE_IMAGE);
    return bench.java(Hash.class, options, flags);
  }

  private static List<String> flags(Path file, int times) {
    return List.of("-times", "" + times, "-file", file.toString());
  }

  private static List<String> go(String program, Path file, int times) {
    return List.of(program, "bench-hash", "-times", "" + times, file.toString());
  }

  private static Map<String, Double> millis(
      Bench bench, List<String> command, Path folder, int which)
      throws IOException, InterruptedException {
    var line = bench.run(command, folder).lines().getFirst();
    return Map.of("ms", Lists.numbers(line, "ms").get(which));
  }

  private static Path file(Path file, int size) throws IOException {
    var random = new SplittableRandom(1);
    var some = new byte[1 << 20];
    try (var out = Files.newOutputStream(file)) {
      for (int left = size; left > 0; left -= some.length) {
        random.nextBytes(some);
        out.write(some, 0, Math.min(left, some.length));
      }
    }
    return file;
  }
}
