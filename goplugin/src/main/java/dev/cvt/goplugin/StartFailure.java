package dev.cvt.goplugin;

import java.util.Optional;

/**
 * Why a program did not become a running plugin: the phase, one diagnosis, the fact in words, and
 * what to do about it; with the end of the process where it ended, the last of its standard error,
 * and the time that each phase took. When it is thrown, nothing of the attempt is left.
 */
public final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final String plugin;
  private final Phase phase;
  private final Diagnosis diagnosis;
  private final String fact;
  private final String remedy;
  private final transient Optional<Exit> exit;
  private final String stderr;
  private final transient Timings timings;

  /** Made by {@link PluginHost} alone. */
  StartFailure(
      String plugin,
      Phase phase,
      Diagnosis diagnosis,
      String fact,
      String remedy,
      Optional<Exit> exit,
      String stderr,
      Timings timings) {
    super(message(plugin, phase, fact, remedy, exit, stderr, timings));
    this.plugin = plugin;
    this.phase = phase;
    this.diagnosis = diagnosis;
    this.fact = fact;
    this.remedy = remedy;
    this.exit = exit;
    this.stderr = stderr;
    this.timings = timings;
  }

  private static String message(
      String plugin,
      Phase phase,
      String fact,
      String remedy,
      Optional<Exit> exit,
      String stderr,
      Timings timings) {
    var text = new StringBuilder("plugin ").append(plugin).append(" did not start: ").append(fact);
    text.append("; ").append(remedy).append("\n  phase ").append(phase.title());
    exit.ifPresent(e -> text.append("; the process ").append(e.description()));
    text.append("; after ").append(timings.total().toMillis()).append(" ms (");
    var separator = "";
    for (var one : timings.phases().entrySet()) {
      text.append(separator).append(one.getKey().title()).append(' ');
      text.append(one.getValue().toMillis()).append(" ms");
      separator = ", ";
    }
    text.append(')');
    if (!stderr.isBlank()) {
      text.append("\n  its last words on stderr:\n    ");
      text.append(String.join("\n    ", stderr.strip().lines().toList()));
    }
    return text.toString();
  }

  /** The name from the {@link Launch}. */
  public String plugin() {
    return plugin;
  }

  /** How far it came. */
  public Phase phase() {
    return phase;
  }

  /** The one cause, out of a closed set. */
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  /** What happened, in words, without the plugin's name. */
  public String fact() {
    return fact;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }

  /** How the process ended, if it ended by itself before the start was given up. */
  public Optional<Exit> exit() {
    return exit;
  }

  /** The last 4 KiB of standard error, scrubbed; empty if there was none. */
  public String stderr() {
    return stderr;
  }

  /** The time of each phase that was entered, the failed one included. */
  public Timings timings() {
    return timings;
  }

  /** The phases of a start, in order. */
  public enum Phase {
    /** Looking at the program and the socket folder, before any process exists. */
    PREFLIGHT("preflight"),
    /** From the fork to the first sign of the program itself. */
    EXEC("exec"),
    /** Waiting for the first byte on standard output. */
    FIRST_BYTE("first byte"),
    /** From the first byte to the whole handshake line, accepted. */
    LINE("line"),
    /** From the line to a connected socket. */
    CONNECT("connect"),
    /** From a connected socket to a connection that speaks HTTP/2, under TLS where wanted. */
    TLS("TLS"),
    /** From there to the answer of the health service, where {@link Launch#mustServe} asks it. */
    HEALTH("health");

    private final String title;

    Phase(String title) {
      this.title = title;
    }

    /** For a person. */
    public String title() {
      return title;
    }
  }

  /** The closed set of causes. */
  public enum Diagnosis {
    /** The path is not on the default file system, the only one that can start processes. */
    FOREIGN_FILE_SYSTEM,
    /** There is no such file. */
    NO_SUCH_FILE,
    /** It is a folder, or something else that is not a regular file. */
    NOT_A_FILE,
    /** It is a file without permission to execute it. */
    NOT_EXECUTABLE,
    /** It lies on a mount that forbids execution. */
    NOEXEC_MOUNT,
    /** Neither a binary of any kind nor a script that names its interpreter. */
    NOT_A_PROGRAM,
    /** A binary for another processor or operating system. */
    WRONG_ARCHITECTURE,
    /** The script's interpreter, or the binary's dynamic loader, does not exist. */
    INTERPRETER_MISSING,
    /** A shared library that the binary needs does not exist. */
    LIBRARY_MISSING,
    /** A variable or argument cannot be handed over: NUL, or not encodable in this locale. */
    BAD_ENVIRONMENT,
    /** The folder for sockets is missing, cannot be made, or belongs to another. */
    FOLDER_UNUSABLE,
    /** The path of a socket would not fit into a socket address. */
    SOCKET_PATH_TOO_LONG,
    /** The group for sockets does not exist, or the folder cannot be given to it. */
    SOCKET_GROUP_UNUSABLE,
    /** Somebody has the binary open for writing. */
    TEXT_FILE_BUSY,
    /** The JDK under this process was replaced: it can no longer start any process. */
    SPAWN_HELPER_BROKEN,
    /** The system refuses another process: a limit, or no memory. */
    NO_MORE_PROCESSES,
    /** The system refused to execute it for another reason. */
    EXEC_REFUSED,
    /** It wants another magic cookie. */
    COOKIE_REFUSED,
    /** It said that it cannot listen. */
    CANNOT_LISTEN,
    /** It exited by itself before the line. */
    EXITED,
    /** A signal ended it. */
    KILLED,
    /** The kernel ended it for want of memory, by all evidence. */
    OUT_OF_MEMORY,
    /** It closed its standard output without the line, and lives on. */
    STDOUT_CLOSED,
    /** It printed nothing until the deadline. */
    SILENT,
    /** It printed, but nothing like the line. */
    NOT_A_PLUGIN,
    /** It printed something like the line that cannot be read. */
    LINE_GARBLED,
    /** It speaks another version of go-plugin's own protocol. */
    CORE_VERSION,
    /** Both sides have no version of the application's protocol in common. */
    NO_COMMON_VERSION,
    /** It speaks only go-plugin's old net/rpc protocol. */
    NETRPC_ONLY,
    /** It listens where this host does not go: not this machine, or an unknown network. */
    ADDRESS_REFUSED,
    /** The socket in its line does not exist. */
    SOCKET_MISSING,
    /** The address in its line refuses connections. */
    SOCKET_REFUSED,
    /** It accepts connections and stays silent. */
    CONNECTION_SILENT,
    /** It answers with something that is not gRPC. */
    NOT_GRPC,
    /** It insists on a multiplexed connection, which this host does not speak. */
    MULTIPLEXING_ONLY,
    /** AutoMTLS was wanted and it sent no certificate. */
    TLS_CERTIFICATE_MISSING,
    /** AutoMTLS was wanted and its certificate cannot be read. */
    TLS_CERTIFICATE_UNREADABLE,
    /** The TLS handshake failed. */
    TLS_REFUSED,
    /** It wants TLS and the host was not asked to speak it. */
    TLS_WANTED,
    /** It can be reached, and its health service does not say that it serves. */
    NOT_SERVING,
    /** The host was closed meanwhile. */
    HOST_CLOSED
  }
}
