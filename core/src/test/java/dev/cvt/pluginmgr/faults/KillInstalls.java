package dev.cvt.pluginmgr.faults;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills processes that install, at random instants, and looks at what they leave. The main method
 * is the long form.
 */
public final class KillInstalls {

  /**
   * What was found.
   *
   * @param tries how many were killed
   * @param unreadable how often the state could not be read right after
   * @param mismatched how often a binary was not that of its entry after the next transaction
   * @param leftovers how often something unfinished lay about after it
   */
  public record Result(int tries, int unreadable, int mismatched, int leftovers) {}

  private KillInstalls() {}

  /**
   * Arguments: an empty folder, how many to kill, and a seed (the time without it). The last line
   * says how many were tried, lost, left over and mismatched.
   */
  public static void main(String[] arguments) throws Exception {
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
    var result = run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), seed);
    System.out.printf(
        "%d %d %d %d seed %d%n",
        result.tries, result.unreadable, result.leftovers, result.mismatched, seed);
  }

  /** Kills that many, in a home of its own. */
  public static Result run(Path home, int tries, long seed) throws Exception {
    var random = new Random(seed);
    var source = programs(home.resolve("source"));
    var root = Files.createDirectory(home.resolve("plugins"));
    var file = StateFile.at(root.resolve("state.json"), root);
    file.install(source.resolve("one").resolve("cvt-plugin-rest"), "rest");
    program(root.resolve("in-place"), 10_000, 7);
    int unreadable = 0;
    int mismatched = 0;
    int leftovers = 0;
    for (int i = 0; i < tries; i++) {
      try (var child =
          Child.start(
              Installing.class,
              root.toString(),
              source.toString(),
              Long.toString(random.nextLong()))) {
        child.await("ready");
        TimeUnit.MICROSECONDS.sleep(random.nextInt(250_000));
        if (!child.process().isAlive()) {
          throw new IOException("it was not killed, but ended with " + child.process().exitValue());
        }
      }
      unreadable += isReadable(file) ? 0 : 1;
      file.install(source.resolve("one").resolve("cvt-plugin-next"), "next");
      mismatched += allMatch(file) ? 0 : 1;
      leftovers += isTidy(root) ? 0 : 1;
    }
    return new Result(tries, unreadable, mismatched, leftovers);
  }

  private static boolean isReadable(StateFile file) {
    try {
      return file.read().plugins().containsKey("rest");
    } catch (Refused e) {
      System.err.println(e.getMessage());
      return false;
    }
  }

  private static boolean allMatch(StateFile file) throws InterruptedException {
    for (var entry : file.read().plugins().values()) {
      try {
        if (!file.verify(entry).equals(entry)) {
          return false;
        }
      } catch (Refused e) {
        System.err.println(e.getMessage());
        return false;
      }
    }
    return true;
  }

  private static boolean isTidy(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      return all.map(path -> path.getFileName().toString())
          .noneMatch(
              name ->
                  name.startsWith(".staged-")
                      || name.contains(".tmp")
                      || name.contains(".intent")
                      || name.equals("unregistered"));
    }
  }

  /** Two versions of a few programs, large enough that copying and hashing take a while. */
  private static Path programs(Path folder) throws IOException {
    for (var version : new String[] {"one", "two"}) {
      var at = Files.createDirectories(folder.resolve(version));
      program(at.resolve("cvt-plugin-rest"), 2_000_000, version.hashCode());
      program(at.resolve("cvt-plugin-echo"), 50_000, version.hashCode());
      program(at.resolve("cvt-plugin-next"), 100, version.hashCode());
    }
    return folder;
  }

  private static void program(Path path, int size, long seed) throws IOException {
    var bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    Files.write(path, bytes);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
