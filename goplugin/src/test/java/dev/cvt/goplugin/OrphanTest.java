package dev.cvt.goplugin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.FakeServer.Services;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.orphan.Leftovers;
import dev.cvt.goplugin.orphan.Watchdog;
import dev.cvt.goplugin.posix.BestSignals;
import dev.cvt.goplugin.posix.ProcTable;
import dev.cvt.goplugin.posix.ProcessTable;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outlives its host, however that ends. */
class OrphanTest extends HostTest {
  private static final ProcessTable TABLE = new ProcTable(Path.of("/proc"));

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - until).as("waiting for: " + what).isNegative();
      Thread.sleep(10); // a condition of other processes: there is nothing to wait on
    }
  }

  private Process hostInAnotherJvm(String program) throws Exception {
    return hostInAnotherJvm(program(program), sockets, environment(Map.of()), "waits");
  }

  /** Another JVM as the host of a plugin with children, which prints the plugin's id. */
  static Process hostInAnotherJvm(
      Path program, Path sockets, Map<String, String> environment, String end) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                // Under nohup or in the background of a script, signals would be ignored there.
                "/usr/bin/env",
                "--default-signal=HUP,INT",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                classPath(),
                HostMain.class.getName(),
                program.toString(),
                sockets.toString(),
                end));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** On the class path there, whatever is on the module path here. */
  static String classPath() throws Exception {
    var all = new ArrayList<String>();
    for (var type : List.of(HostMain.class, PluginHost.class)) {
      // By the file, since the code source of a class that is patched into a module is the
      // module's.
      var file =
          Path.of(
              Objects.requireNonNull(type.getResource(type.getSimpleName() + ".class")).toURI());
      all.add(file.resolve("../../../..").normalize().toString());
    }
    all.add(System.getProperty("java.class.path", ""));
    all.add(System.getProperty("jdk.module.path", ""));
    return String.join(File.pathSeparator, all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leaves-children", "ignores-everything"})
  void hostKilled_leavesNothing(String program) throws Exception {
    try (var _ = serve(new Services())) {
      var other = hostInAnotherJvm(program);
      assertThat(other.inputReader().readLine()).startsWith("started ");
      assertThat(alive().size()).isGreaterThanOrEqualTo(2);
      other.destroyForcibly().waitFor(); // SIGKILL
      await("the end of everything", () -> alive().isEmpty());
      await("the end of the folder", () -> isEmpty(sockets));
    }
  }

  /** None of these closes anything: whatever ends a host, its watchdog comes to the same. */
  @ParameterizedTest
  @ValueSource(strings = {"exits", "throws", "halts", "eats", "TERM", "INT", "HUP"})
  void hostThatEnds_inWhateverWay_leavesNothing(String end) throws Exception {
    try (var _ = serve(new Services())) {
      boolean signal = end.equals(end.toUpperCase(Locale.ROOT));
      var other =
          hostInAnotherJvm(
              program("leaves-children"), sockets, environment(Map.of()), signal ? "waits" : end);
      assertThat(other.inputReader().readLine()).startsWith("started ");
      if (signal) {
        var kill = new ProcessBuilder("/bin/kill", "-" + end, "" + other.pid()).start();
        assertThat(kill.waitFor()).isZero();
      }
      await("its end", () -> !other.isAlive());
      await("the end of everything", () -> alive().isEmpty());
      await("the end of the folder", () -> isEmpty(sockets));
    }
  }

  private static boolean isEmpty(Path folder) {
    try {
      return entries(folder).isEmpty();
    } catch (java.io.IOException e) {
      return false;
    }
  }

  @Test
  void watchdogKilled_isReplacedAndTheNextOneKnowsAll() throws Exception {
    var forker = new Forker("test");
    var plugin =
        forker.start(
            List.of("/bin/sleep", "60"),
            environment(Map.of("MARK", "t0ken")),
            Optional.empty(),
            Optional.empty());
    var home = Files.createDirectory(sockets.resolve("gp-test"));
    var dog = new Watchdog(forker, "t0ken", System.getLogger("quiet"));
    try {
      dog.guard(home, Optional.empty());
      dog.watch(TABLE.find(plugin.pid()).orElseThrow());
      long first = dog.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      await("another watchdog", () -> dog.pid() != 0 && dog.pid() != first);
      // Its pipe ends without a word, as if this program were no more.
      dog.letGo();
      assertThat(plugin.waitFor(10, SECONDS)).isTrue();
      await("the end of the folder", () -> !Files.exists(home));
    } finally {
      plugin.destroyForcibly();
      dog.close();
      forker.close();
    }
  }

  @Test
  void watchdog_endsSessionsThatHaveNoMark() throws Exception {
    var forker = new Forker("test");
    // What a plugin is that has wiped its environment: only its session tells.
    var plugin =
        forker.start(
            List.of("/bin/sleep", "60"), environment(Map.of()), Optional.empty(), Optional.empty());
    var gone =
        forker.start(
            List.of("/bin/sleep", "60"), environment(Map.of()), Optional.empty(), Optional.empty());
    var dog = new Watchdog(forker, "a token that nobody has", System.getLogger("quiet"));
    try {
      dog.guard(sockets.resolve("not-there"), Optional.empty());
      await("sessions", () -> leadsSession(plugin) && leadsSession(gone));
      var takenBack = TABLE.find(gone.pid()).orElseThrow();
      dog.watch(takenBack);
      dog.watch(TABLE.find(plugin.pid()).orElseThrow());
      dog.forget(takenBack);
      dog.letGo();
      assertThat(plugin.waitFor(10, SECONDS)).isTrue();
      assertThat(gone.isAlive()).isTrue();
    } finally {
      gone.destroyForcibly().waitFor();
      plugin.destroyForcibly();
      dog.close();
      forker.close();
    }
  }

  private static boolean leadsSession(Process process) {
    return TABLE.find(process.pid()).filter(e -> e.session() == e.pid()).isPresent();
  }

  @Test
  void watchdog_sentAway_endsNobody() throws Exception {
    var forker = new Forker("test");
    var process =
        forker.start(
            List.of("/bin/sleep", "60"),
            environment(Map.of("MARK", "t0ken")),
            Optional.empty(),
            Optional.empty());
    var dog = new Watchdog(forker, "t0ken", System.getLogger("quiet"));
    try {
      dog.guard(sockets, Optional.empty());
      long pid = dog.pid();
      dog.close();
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(process.isAlive()).isTrue();
      assertThat(sockets).exists();
    } finally {
      process.destroyForcibly().waitFor();
      forker.close();
    }
  }

  @Test
  void leftoversOfADeadHost_areSweptByTheNext() throws Exception {
    var forker = new Forker("test");
    var orphan = orphan(forker, "old-1");
    var self = TABLE.find(ProcessHandle.current().pid()).orElseThrow();
    var namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    // The same number as this process has, but started at another time: dead.
    var dead = folder(new Leftovers.Owner(self.pid(), self.start() - 5, namespace, "old-1"));
    var elsewhere = folder(new Leftovers.Owner(self.pid(), 1, "pid:[1]", "other"));
    var alive = folder(new Leftovers.Owner(self.pid(), self.start(), namespace, "live"));
    var unknown = Files.createDirectory(sockets.resolve("gp-unknown"));
    var own = Files.createDirectory(sockets.resolve("gp-own"));
    new Leftovers(TABLE, new BestSignals(TABLE), System.getLogger("quiet")).sweep(own);
    assertThat(orphan.waitFor(10, SECONDS)).isTrue();
    assertThat(dead).doesNotExist();
    assertThat(List.of(elsewhere, alive, unknown, own)).allSatisfy(f -> assertThat(f).exists());
    for (var folder : List.of(elsewhere, alive, unknown, own)) {
      dev.cvt.goplugin.launch.SocketFolder.remove(folder);
    }
    forker.close();
  }

  @Test
  void leftoverThatIsJustExecutingItsProgram_isSwept() throws Exception {
    var forker = new Forker("test");
    var orphan = orphan(forker, "old-3");
    var self = TABLE.find(ProcessHandle.current().pid()).orElseThrow();
    var namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    var dead = folder(new Leftovers.Owner(self.pid(), self.start() - 5, namespace, "old-3"));
    var own = Files.createDirectory(sockets.resolve("gp-own"));
    var table = new Executing(orphan.pid(), new AtomicBoolean(true));
    new Leftovers(table, new BestSignals(TABLE), System.getLogger("quiet")).sweep(own);
    assertThat(orphan.waitFor(10, SECONDS)).isTrue();
    assertThat(dead).doesNotExist();
    Files.delete(own);
    forker.close();
  }

  /**
   * The real one, of which one process shows no environment the first time that it is looked at.
   */
  private record Executing(long pid, AtomicBoolean now) implements ProcessTable {
    @Override
    public boolean carries(Entry process, String text) {
      return !(process.pid() == pid && now.getAndSet(false)) && TABLE.carries(process, text);
    }

    @Override
    public Optional<Entry> find(long pid) {
      return TABLE.find(pid);
    }

    @Override
    public List<Entry> all() {
      return TABLE.all();
    }

    @Override
    public Optional<Pages> memory(Entry process) {
      return TABLE.memory(process);
    }
  }

  /** A process with a mark, which has come to its program. */
  private Process orphan(Forker forker, String mark) throws Exception {
    var orphan =
        forker.start(
            List.of("/bin/sleep", "60"),
            environment(Map.of("MARK", mark)),
            Optional.empty(),
            Optional.empty());
    // In the instants in which it executes what leads to its program, it shows no environment.
    await(
        "its program",
        () -> orphan.toHandle().info().command().filter(c -> c.endsWith("/sleep")).isPresent());
    await("its environment", () -> TABLE.carries(TABLE.find(orphan.pid()).orElseThrow(), mark));
    return orphan;
  }

  /** The parent of a host need not take note of its end soon. */
  @Test
  void folderOfAHostThatNobodyHasBuried_isSwept() throws Exception {
    var parent =
        new ProcessBuilder("/bin/sh", "-c", "/bin/sleep 60 & echo $!; exec /bin/sleep 60").start();
    try {
      long pid = Long.parseLong(parent.inputReader().readLine());
      await(
          "a parent who buries nobody, as the shell did",
          () -> parent.info().arguments().filter(words -> words.length == 1).isPresent());
      assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
      await("its end", () -> TABLE.find(pid).filter(ProcessTable.Entry::dead).isPresent());
      var namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      long start = TABLE.find(pid).orElseThrow().start();
      var dead = folder(new Leftovers.Owner(pid, start, namespace, "old-2"));
      var own = Files.createDirectory(sockets.resolve("gp-0"));
      new Leftovers(TABLE, new BestSignals(TABLE), System.getLogger("quiet")).sweep(own);
      assertThat(dead).doesNotExist();
      Files.delete(own);
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  private Path folder(Leftovers.Owner owner) throws java.io.IOException {
    var folder = Files.createDirectory(sockets.resolve("gp-" + owner.token() + owner.start()));
    Files.writeString(folder.resolve("owner"), owner.print());
    return folder;
  }
}
