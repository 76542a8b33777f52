package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that may have no more threads for a while: the kernel gives it none. */
public final class NoThreads {
  private static final String GROUP = "test.group";
  private static final String PROCESSES = "cgroup.procs";
  private static final String MOST = "pids.max";
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private NoThreads() {}

  /** What is done meanwhile. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run() throws Exception;
  }

  /**
   * Has a program run there, which must come to a good end within {@link #LONGEST}.
   *
   * @return what it printed
   */
  public static String run(Class<?> main, Map<String, String> environment, String... arguments)
      throws Exception {
    var group = group();
    try {
      var command =
          new ArrayList<>(
              List.of(
                  "/bin/sh",
                  "-c",
                  "echo $$ >\"$1\" && shift && exec \"$@\"",
                  "sh",
                  group.resolve(PROCESSES).toString(),
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xlog:disable", // it would complain of each thread
                  "-D" + GROUP + "=" + group,
                  "-cp",
                  OrphanTest.classPath(),
                  main.getName()));
      command.addAll(List.of(arguments));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      var process = builder.start();
      CompletableFuture.delayedExecutor(LONGEST.toSeconds(), TimeUnit.SECONDS)
          .execute(process::destroyForcibly);
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      return said;
    } finally {
      Files.delete(group);
    }
  }

  private static Path group() throws IOException {
    for (var root : List.of(Path.of("/sys/fs/cgroup/pids"), Path.of("/sys/fs/cgroup"))) {
      if (Files.isWritable(root) && Files.exists(root.resolve(PROCESSES))) {
        var group = Files.createDirectory(root.resolve("goplugin-test-" + UUID.randomUUID()));
        if (Files.exists(group.resolve(MOST))) {
          return group;
        }
        Files.delete(group);
      }
    }
    return abort("only root may limit the number of threads, and where cgroups are mounted");
  }

  /** There: nothing can be started while this is done. */
  public static void during(Action action) throws Exception {
    limited("1", action);
  }

  /** There: so many threads and processes can be started while this is done. */
  static void withRoomFor(int more, Action action) throws Exception {
    var now = Files.readString(own().resolve("pids.current")).strip();
    limited(Long.toString(Long.parseLong(now) + more), action);
  }

  private static void limited(String most, Action action) throws Exception {
    Files.writeString(own().resolve(MOST), most);
    try {
      action.run();
    } finally {
      Files.writeString(own().resolve(MOST), "max");
    }
  }

  private static Path own() {
    return Path.of(System.getProperty(GROUP));
  }
}
