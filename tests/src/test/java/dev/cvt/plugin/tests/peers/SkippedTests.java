package dev.cvt.plugin.tests.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes every test that was skipped, and why, to the file that the system property {@code
 * skipped.tests.file} names, one a line. The last step of this module's build prints it: a green
 * build that ran half of the tests must say so where it ends.
 */
public final class SkippedTests implements TestExecutionListener {

  private final @Nullable String file;
  private final TreeSet<String> lines = new TreeSet<>();

  /** As the JUnit launcher makes it. */
  public SkippedTests() {
    this(System.getProperty("skipped.tests.file"));
  }

  SkippedTests(@Nullable String file) {
    this.file = file;
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    lines.add(name(test) + ": " + oneLine(reason));
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == Status.ABORTED) {
      var why = result.getThrowable().map(Throwable::getMessage).orElse("no reason given");
      lines.add(name(test) + ": " + oneLine(why));
    }
  }

  /** After each plan the file holds the whole of it: one JVM may run several plans. */
  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    if (file == null) {
      return;
    }
    try {
      Files.createDirectories(Path.of(file).toAbsolutePath().getParent());
      Files.write(
          Path.of(file),
          lines,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(TestIdentifier test) {
    var source = test.getSource().orElse(null);
    return switch (source) {
      case MethodSource method -> simple(method.getClassName()) + "." + method.getMethodName();
      case ClassSource type -> simple(type.getClassName());
      case null, default -> test.getDisplayName();
    };
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
