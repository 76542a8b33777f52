package dev.cvt.pluginmgr.faults;

import com.fasterxml.jackson.core.JsonFactory;
import dev.cvt.pluginmgr.StateFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM that runs one main class of the tests. */
public record Child(Process process, BufferedReader out) implements AutoCloseable {

  /** Starts one. Its errors go to ours. */
  public static Child start(Class<?> main, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                main.getName()));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Child(process, process.inputReader());
  }

  /** Waits for a line. */
  public void await(String line) throws IOException {
    var read = out.readLine();
    if (!line.equals(read)) {
      throw new IOException("expected " + line + " from the child, found " + read);
    }
  }

  /** Waits for the end. */
  public int exit() throws InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the child does not end");
    }
    return process.exitValue();
  }

  /** SIGKILL, and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static String classPath() {
    return root(StateFile.class)
        + File.pathSeparator
        + root(Child.class)
        + File.pathSeparator
        + root(JsonFactory.class);
  }

  /** The folder or jar that a class was loaded from. */
  private static String root(Class<?> type) {
    var name = type.getName().replace('.', '/') + ".class";
    URL url = type.getResource("/" + name);
    if (url == null) {
      throw new IllegalStateException("no " + name);
    }
    try {
      var text = url.toURI().toString();
      var root = text.substring(0, text.length() - name.length());
      return Path.of(
              java.net.URI.create(
                  root.startsWith("jar:") ? root.substring(4, root.length() - 2) : root))
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
