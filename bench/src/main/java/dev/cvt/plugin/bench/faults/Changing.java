package dev.cvt.plugin.bench.faults;

import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A process that changes what is installed, whatever comes of it, until its input ends. */
public final class Changing {

  private Changing() {}

  /**
   * Says {@code ready}; at its end how many changes were made and how many refused.
   *
   * @param args the plugin root, the folder with the sources, a seed
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var installation = new Installation(Path.of(args[0]), Path.of(args[1]));
    var random = new Random(Long.parseLong(args[2]));
    long done = 0;
    long refused = 0;
    System.out.println("ready");
    while (System.in.available() == 0) {
      try {
        installation.change(random);
        done++;
      } catch (Refused e) {
        refused++;
        if (e.remedy().isEmpty()) {
          throw e;
        }
      }
    }
    System.out.println(done + " " + refused);
  }
}
