package dev.cvt.plugins;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.StateFile;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one message, fact and remedy, and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String NAME = "cvt-plugins: ";

  private final Context context;

  Failures(Context context) {
    this.context = context;
  }

  /** Something that the command itself refuses; the message is the fact, then the remedy. */
  static final class Told extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    Told(String message) {
      this(message, ExitCode.FAILED);
    }

    Told(String message, int exitCode) {
      super(message);
      this.exitCode = exitCode;
    }
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    int code = tell(e);
    if (context.verbose()) {
      e.printStackTrace(line.getErr());
      line.getErr().flush();
    }
    return code;
  }

  /**
   * Tells of it.
   *
   * @return the exit code
   */
  int tell(Exception e) {
    Terminal terminal = context.terminal();
    String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    String told =
        switch (e) {
          case Config.Invalid invalid -> several(invalid);
          case InterruptedException _ -> "interrupted; nothing was left half done";
          case RuntimeException known when ours(known) -> message;
          default ->
              "unexpected: "
                  + e.getClass().getSimpleName()
                  + ": "
                  + message
                  + "; run it again with --verbose to see where it comes from";
        };
    terminal.tell(terminal.red(NAME) + told);
    return switch (e) {
      case Told refused -> refused.exitCode;
      case Manager.CallFailed late when late.code().equals("DeadlineExceeded") ->
          ExitCode.CALL_TIMED_OUT;
      case Manager.CallFailed _ -> ExitCode.CALL_FAILED;
      default -> ExitCode.FAILED;
    };
  }

  private static boolean ours(RuntimeException e) {
    return e instanceof Told
        || e instanceof StateFile.Refused
        || e instanceof Manager.StartFailed
        || e instanceof Manager.CallFailed
        || e instanceof Manager.RemoteFailed;
  }

  private static String several(Config.Invalid invalid) {
    int count = invalid.problems().size();
    return count == 1
        ? invalid.problems().getFirst().toString()
        : "the configuration has " + count + " problems:\n" + invalid.getMessage();
  }

  /** One line, the nearest word if there is one, and where to read on: not the whole usage. */
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    Terminal terminal = context.terminal();
    String told =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched)
            : e.getMessage() + "; ";
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.tell("%s%ssee %s --help".formatted(terminal.red(NAME), told, command));
    return ExitCode.USAGE;
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String word = e.getUnmatched().getFirst();
    boolean first = e.getCommandLine().getParent() == null;
    String what =
        e.isUnknownOption()
            ? "there is no option " + word
            : first ? "there is no subcommand " + word : word + " is one word too many";
    return what
        + e.getSuggestions().stream()
            .findFirst()
            .filter(_ -> first || e.isUnknownOption())
            .map(nearest -> nearest.substring(nearest.lastIndexOf(' ') + 1))
            .map("; did you mean %s? Otherwise "::formatted)
            .orElse("; ");
  }
}
