package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Goal;
import dev.cvt.plugin.bench.Measurement;
import dev.cvt.plugin.bench.Row;
import dev.cvt.plugin.bench.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** How large the command's image is. */
public final class ImageSize implements Measurement {
  @Override
  public String name() {
    return "size";
  }

  @Override
  public String what() {
    return "size of the command's image: linked, with its start-up cache, with the demo's plugin";
  }

  @Override
  public void run(Bench bench) throws IOException {
    Predicate<Path> cache = file -> file.toString().endsWith(".aot");
    Predicate<Path> demo = file -> file.startsWith(Bench.image().resolve("demo"));
    row(bench, "size", "linked", cache.or(demo).negate(), Goal.atMost(50));
    row(bench, "size-cache", "with its start-up cache", demo.negate(), Goal.atMost(75));
    row(bench, "size-demo", "with the demo's plugin", file -> true, Goal.none(Goal.Better.LESS));
  }

  private static void row(Bench bench, String name, String what, Predicate<Path> which, Goal goal)
      throws IOException {
    try (var files = Files.walk(Bench.image())) {
      double bytes =
          files
              .filter(Files::isRegularFile)
              .filter(which)
              .mapToLong(f -> f.toFile().length())
              .sum();
      bench.add(new Row(name, what, Samples.of(bytes / 1e6), Optional.empty(), "MB", goal));
    }
  }
}
