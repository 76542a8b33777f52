package dev.cvt.plugins.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A shell that does what {@link Guests#close} does where that never runs, since this program was
 * killed: the kernel closes the pipe that it reads from. Where there is no {@code /proc}, it only
 * takes the folder away.
 */
final class Watch implements AutoCloseable {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final String LEAVE = "leave\n";
  private static final long ITS_END_SECONDS = 1;

  /** What a process starts between the look at it and its end is found at the next look. */
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      read -r word && [ "$word" = leave ] && exit
      looks=0
      while [ "$looks" -lt 100 ]; do
        found=$(grep -lsF "MARK=$0/" /proc/[0-9]*/environ)
        [ -n "$found" ] || break
        for file in $found; do
          file=${file%/environ}
          kill -9 "${file#/proc/}" 2>/dev/null
        done
        looks=$((looks + 1))
      done
      rm -rf "$0"
      """
          .replace("MARK", Strays.MARK);

  private final Process shell;

  /**
   * Starts it.
   *
   * @param root the folder of the run, which is gone at the end like whoever has it in {@link
   *     Strays#MARK}
   */
  Watch(Path root) throws IOException {
    this.shell = command(root).start();
  }

  /** Of its own session, so that what is sent to the group of this program does not reach it. */
  static ProcessBuilder command(Path root) {
    var words = new ArrayList<String>();
    if (Files.isExecutable(SETSID)) {
      words.add(SETSID.toString());
    }
    words.addAll(List.of("/bin/sh", "-c", SCRIPT, root.toString()));
    var builder =
        new ProcessBuilder(words).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    return builder;
  }

  /** Sends it away: nothing is left to end. */
  @Override
  public void close() {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write(LEAVE.getBytes(StandardCharsets.UTF_8));
      pipe.flush();
      if (!shell.waitFor(ITS_END_SECONDS, TimeUnit.SECONDS)) {
        shell.destroyForcibly();
      }
    } catch (IOException e) {
      return; // it has been killed
    } catch (InterruptedException e) {
      shell.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
