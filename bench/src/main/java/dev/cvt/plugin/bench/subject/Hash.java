package dev.cvt.plugin.bench.subject;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.cvt.pluginmgr.file.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.LongConsumer;

/** Hashing as a start does it, {@code -times N -file FILE}; the first time is cold. */
public final class Hash {
  private Hash() {}

  /** Prints one line. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var flags = new Flags(args);
    var file = Path.of(flags.text("file", ""));
    var took = new ArrayList<Double>();
    LongConsumer nobody = _ -> {}; // the first of a JVM takes its time, and is no part of hashing
    for (int i = 0; i < flags.number("times", 1); i++) {
      long begin = System.nanoTime();
      var _ = Sha256.of(file, nobody);
      took.add((System.nanoTime() - begin) / 1e6);
    }
    System.out.println(JSON.std.asString(Map.of("ms", took)));
  }
}
