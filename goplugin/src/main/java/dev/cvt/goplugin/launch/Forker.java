package dev.cvt.goplugin.launch;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.posix.Cgroup;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * Starts processes: the only place that does. All are forked by one platform thread that lives as
 * long as the host, since Linux ties some promises to the thread that forked and not to its
 * process. Thread-safe.
 */
public final class Forker implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.cvt.goplugin");

  private static final Path NOWHERE = Path.of("/dev/null");

  /** The system's own number in the JDK's message, which spells it in either way. */
  private static final Pattern ERROR = Pattern.compile("error(?:=|: )(\\d+)");

  private static final String AGAIN = "11";
  private static final String NO_MEMORY = "12";
  private static final String BUSY = "26";

  private final ExecutorService thread;
  private final Optional<Path> setsid;
  private final GroupGate gate = GroupGate.system();

  /** Makes the thread. */
  public Forker(String host) {
    thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("goplugin-fork-" + host).factory());
    setsid =
        List.of("/usr/bin/setsid", "/bin/setsid", "/usr/local/bin/setsid").stream()
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
  }

  /** Whether processes get a session of their own. Without one, a group cannot be told apart. */
  public boolean ownSessions() {
    return setsid.isPresent();
  }

  /**
   * Starts a program with an empty standard input, two pipes, and exactly the given variables, in a
   * session of its own where the system can.
   *
   * <p>An interrupt does not stop the fork half-way: it comes back as the thread's status, and the
   * process must be ended by the caller.
   *
   * @param directory the working folder; this process's if empty
   * @param group that it is to be in from its first instruction on, so that whatever it starts is
   *     in it as well
   */
  public Process start(
      List<String> command,
      Map<String, String> environment,
      Optional<Path> directory,
      Optional<Cgroup> group)
      throws Refusal {
    var through =
        group.flatMap(one -> gate.before(Optional.of(one.entrance()), environment, false));
    var builder = builder(through.orElse(List.of()), command, environment, directory);
    var process = forkOrRefuse(builder.redirectInput(nowhere()));
    if (through.isEmpty()) {
      group.ifPresent(late -> late.add(process.pid()));
    }
    return process;
  }

  /**
   * The same, but that the process becomes the program only with {@link Held#go}. Until then
   * nothing of the program is read or executed; if this host dies before, the process ends by
   * itself.
   *
   * @return empty if no process of this system's could be held and then give the program exactly
   *     what it is to be given
   */
  public Optional<Held> hold(
      List<String> command,
      Map<String, String> environment,
      Optional<Path> directory,
      Optional<Cgroup> group)
      throws Refusal {
    var through = gate.before(group.map(Cgroup::entrance), environment, true);
    return through.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Held(forkOrRefuse(builder(through.get(), command, environment, directory))));
  }

  /**
   * A process that is all that its program will be, its number included, and waits.
   *
   * @param process with its standard input, through which it is told
   */
  public record Held(Process process) {
    /** Has it become the program. One that was ended meanwhile does not hear it. */
    public void go() {
      try (OutputStream word = process.getOutputStream()) {
        word.write('\n');
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "process " + process.pid() + " has ended before its start", e);
      }
    }
  }

  /** The session comes first, so that whoever waits leads it already. */
  private ProcessBuilder builder(
      List<String> through,
      List<String> command,
      Map<String, String> environment,
      Optional<Path> directory) {
    var whole = new ArrayList<String>();
    setsid.ifPresent(path -> whole.add(path.toString()));
    whole.addAll(through);
    whole.addAll(command);
    var builder = new ProcessBuilder(whole);
    builder.environment().clear();
    builder.environment().putAll(environment);
    directory.ifPresent(folder -> builder.directory(new File(folder.toString())));
    return builder;
  }

  private Process forkOrRefuse(ProcessBuilder builder) throws Refusal {
    try {
      return fork(builder);
    } catch (IOException e) {
      throw new Refusal(finding(e), e);
    }
  }

  /**
   * Starts a script of our own, with a pipe as its standard input, no output, an environment with
   * nothing but a path in it, in a session of its own, and in no folder that it could keep busy.
   *
   * @param name what the system shows it as, after the shell's own name
   * @param script plain POSIX sh
   */
  public Process startHelper(String name, String script) throws Refusal {
    var whole = new ArrayList<String>();
    setsid.ifPresent(path -> whole.add(path.toString()));
    whole.addAll(List.of("/bin/sh", "-c", script, name));
    var builder =
        new ProcessBuilder(whole)
            .directory(new File("/"))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
    return forkOrRefuse(builder);
  }

  /**
   * Runs one of the system's own commands.
   *
   * @return what it prints; nothing if it cannot be run
   */
  public String output(List<String> command) {
    var builder =
        new ProcessBuilder(command).redirectInput(nowhere()).redirectError(Redirect.DISCARD);
    try {
      var process = fork(builder);
      try (var out = process.getInputStream()) {
        return new String(out.readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return "";
    }
  }

  private static Redirect nowhere() {
    return Redirect.from(new File(NOWHERE.toString()));
  }

  private Process fork(ProcessBuilder builder) throws IOException {
    var forked = thread.submit(builder::start);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return forked.get();
        } catch (InterruptedException e) {
          interrupted = true; // milliseconds, and then there is a process to be ended
        } catch (ExecutionException e) {
          if (e.getCause() instanceof IOException io) {
            throw io;
          }
          throw new IOException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * What the JDK says when it cannot start a process: its first line; advice of its own follows.
   */
  static Finding finding(IOException e) {
    var said = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    var error = ERROR.matcher(said);
    var code = error.find() ? error.group(1) : "";
    if (code.equals(AGAIN) || code.equals(NO_MEMORY)) {
      return new Finding(
          Phase.EXEC,
          Diagnosis.NO_MORE_PROCESSES,
          "the system refuses another process: " + said,
          "raise the limit on processes (ulimit -u, pids.max) or free memory");
    }
    if (code.equals(BUSY)) {
      return new Finding(
          Phase.EXEC,
          Diagnosis.TEXT_FILE_BUSY,
          "somebody has the program open for writing",
          "wait until whoever copies it there is done; copy to another name and rename");
    }
    // The helper is the program that the JDK spawns in place of ours, which it then becomes.
    if (said.contains("spawn helper")
        || said.contains("jspawnhelper")
        || said.contains("posix_spawn failed")) {
      return new Finding(
          Phase.EXEC,
          Diagnosis.SPAWN_HELPER_BROKEN,
          "the JDK cannot start any process: " + said,
          "the JDK was probably replaced while this program runs: restart this program");
    }
    return new Finding(
        Phase.EXEC,
        Diagnosis.EXEC_REFUSED,
        "the system refused to execute it: " + said,
        "run it by hand as this user to see why");
  }

  /** Ends the thread. Processes live on. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
