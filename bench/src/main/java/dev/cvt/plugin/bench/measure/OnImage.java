package dev.cvt.plugin.bench.measure;

import dev.cvt.plugin.bench.Bench;
import dev.cvt.plugin.bench.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program of ours on the image's Java, as that starts it best: with a start-up cache of its own,
 * as the commands have theirs.
 *
 * @param command all but the program's arguments
 */
record OnImage(List<String> command) {
  private static final Duration TRAINING = Duration.ofMinutes(1);

  /**
   * Makes the cache, in a folder.
   *
   * @param options for the JVM
   * @param arguments of the run that the cache learns from
   */
  static OnImage trained(
      Path folder, Class<?> program, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    var cache = folder.resolve(program.getSimpleName() + ".aot");
    var training = new OnImage(command("-XX:AOTCacheOutput=" + cache, program, options));
    Child.run(training.with(arguments), Map.of(), folder, TRAINING);
    if (!Files.exists(cache)) {
      throw new IOException("no start-up cache was made: " + cache);
    }
    return new OnImage(command("-XX:AOTCache=" + cache, program, options));
  }

  List<String> with(List<String> arguments) {
    var all = new ArrayList<>(command);
    all.addAll(arguments);
    return all;
  }

  private static List<String> command(String cache, Class<?> program, List<String> options)
      throws IOException {
    var words = new ArrayList<>(List.of(Bench.image().resolve("bin/java").toString(), cache));
    words.addAll(options);
    words.addAll(List.of("-cp", jar().toString(), program.getName()));
    return List.copyOf(words);
  }

  /** Ours: a start-up cache knows jars alone, no folders of classes. */
  private static Path jar() throws IOException {
    var target = Bench.root().resolve("bench/target");
    try (var jars = Files.newDirectoryStream(target, "pluginmgr-bench-*.jar")) {
      return jars.iterator().next();
    }
  }
}
