package dev.cvt.pluginmgr.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link LeakyHost} on {@link LeakyPlugin}, and looks through all that the host printed. */
public final class Leaks {

  /**
   * What was seen.
   *
   * @param output all of it
   * @param calls how many calls failed, as they were meant to
   * @param found the secrets in the output, each with the form it was found in
   */
  record Seen(String output, int calls, List<String> found) {}

  private Leaks() {}

  /**
   * Arguments: an empty folder, and how often. The last line says how many forms of secrets were
   * given away, and, as the third of the numbers, how many were found.
   */
  public static void main(String[] arguments) throws Exception {
    long forms = 0;
    long found = 0;
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      var seen = run(Path.of(arguments[0]).resolve("home-" + i));
      seen.found().forEach(System.err::println);
      found += seen.found().size();
      for (var secret : LeakForms.SECRETS) {
        forms += LeakForms.of(secret).size() * WAYS;
      }
    }
    System.out.printf("%d 0 %d 0 secrets by their forms and ways out%n", forms, found);
  }

  /** Standard output and error in lines and bytes, prefixed, logged, a record, a dump, an error. */
  private static final int WAYS = 8;

  static Seen run(Path folder) throws IOException, InterruptedException {
    var home = new TestHome(Files.createDirectories(folder));
    home.installMain("leaky", LeakyPlugin.class, "leak");
    home.installMain("refuses", LeakyPlugin.class, "refuse");
    home.installScript(
        "garbled",
        "echo \"$LEAKED\"; echo \"$LEAKED\" >&2; echo \"1|1|tcp|$LEAKED|netrpc\"; exit 3");
    var output = Files.createFile(home.home().resolve("output"));
    var host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Dfile.encoding=UTF-8",
                "-cp",
                TestHome.classPath(),
                LeakyHost.class.getName(),
                home.home().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      host.getOutputStream().close();
      if (!host.waitFor(2, TimeUnit.MINUTES) || host.exitValue() != 0) {
        throw new IOException("the host did not end well: " + Files.readString(output));
      }
    } finally {
      host.destroyForcibly();
    }
    var text = new String(Files.readAllBytes(output), UTF_8);
    var last = text.lines().filter(line -> line.startsWith("done ")).toList();
    return new Seen(
        text, Integer.parseInt(last.getLast().substring("done ".length())), LeakForms.found(text));
  }
}
