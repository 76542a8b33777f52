package dev.cvt.pluginmgr.audit;

import dev.cvt.pluginmgr.Config.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sinks or backends that cannot be had; everything that was wrong at once. */
public final class ProvidersFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * With all that is wrong.
   *
   * @param closing what went wrong on the way back, suppressed in this
   */
  public ProvidersFailed(List<Problem> problems, List<? extends Throwable> closing) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    closing.forEach(this::addSuppressed);
  }

  /** All of them in one. */
  public static ProvidersFailed all(List<ProvidersFailed> failures) {
    var closing = failures.stream().flatMap(one -> Stream.of(one.getSuppressed())).toList();
    return new ProvidersFailed(
        failures.stream().flatMap(one -> one.problems().stream()).toList(), closing);
  }

  /** What is wrong, and the remedy of each; never empty. */
  public List<Problem> problems() {
    return problems;
  }

  /** What a failure says, or what it is called where it says nothing. */
  public static String reason(Throwable failure) {
    String message = failure.getMessage();
    String text = message == null || message.isBlank() ? failure.getClass().getName() : message;
    // A class that is missing is named by the error's message alone.
    return failure instanceof LinkageError ? failure.getClass().getSimpleName() + " " + text : text;
  }
}
