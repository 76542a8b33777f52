package dev.cvt.goplugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.goplugin.FakeServer.Services;
import dev.cvt.goplugin.launch.Forker;
import dev.cvt.goplugin.orphan.Cgroups;
import dev.cvt.goplugin.orphan.Watchdog;
import dev.cvt.goplugin.posix.Cgroup;
import dev.cvt.goplugin.posix.Mounts;
import dev.cvt.goplugin.posix.ProcTable;
import dev.cvt.goplugin.posix.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only a control group finds: a daemon without parent, session, or environment. */
class CgroupTest extends HostTest {
  private static final ProcessTable TABLE = new ProcTable(Path.of("/proc"));

  @BeforeEach
  void needsControlGroups() {
    try (var groups = new Cgroups(TABLE, Mounts.system())) {
      Assumptions.assumeTrue(
          groups.own().isPresent(),
          "needs a control group (version 2, Linux 5.14) in which others may be made");
    }
  }

  private ProcessTable.Entry daemon() throws IOException {
    var file = Path.of(stop + ".daemon");
    long pid = Long.parseLong(Files.readString(file).strip());
    return TABLE.find(pid).orElseThrow();
  }

  private static boolean lives(ProcessTable.Entry process) {
    return TABLE.find(process.pid()).filter(now -> now.same(process) && !now.dead()).isPresent();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - until).as("waiting for: " + what).isNegative();
      Thread.sleep(5); // a condition of other processes: there is nothing to wait on
    }
  }

  @Test
  void daemonThatNothingTellsApart_endsWithItsPlugin() throws Exception {
    try (var _ = serve(new Services());
        var plugin = host.start(launch("scrubs").build())) {
      var daemon = daemon();
      assertThat(ownGroups()).hasSize(1);
      assertThat(TABLE.find(daemon.pid()).orElseThrow().session()).isEqualTo(daemon.pid());
      var stopped = plugin.stop();
      assertThat(lives(daemon)).isFalse();
      assertThat(stopped.survivors()).isEmpty();
      assertThat(entries(ownGroups().getFirst()).stream().filter(Files::isDirectory)).isEmpty();
    }
  }

  @Test
  void daemonThatNothingTellsApart_endsWithAKilledHost() throws Exception {
    try (var _ = serve(new Services())) {
      var other =
          OrphanTest.hostInAnotherJvm(program("scrubs"), sockets, environment(Map.of()), "waits");
      assertThat(other.inputReader().readLine()).startsWith("started ");
      var daemon = daemon();
      long pid = other.pid();
      assertThat(groupsOf(pid)).hasSize(1);
      other.destroyForcibly().waitFor();
      await("the end of the daemon", () -> !lives(daemon));
      await("the end of everything", () -> alive().isEmpty());
      await("the end of the group", () -> groupsOf(pid).isEmpty());
      await("the end of the folder", () -> isEmpty(sockets));
    }
  }

  private static boolean isEmpty(Path folder) {
    try {
      return entries(folder).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> groupsOf(long pid) {
    try {
      return entries(Mounts.system().ownCgroup().orElseThrow()).stream()
          .filter(group -> group.toString().contains("-" + pid + "-"))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void groupsOfADeadHost_areSweptByTheNext_andThoseOfOthersAreNot() throws Exception {
    var parent = Mounts.system().ownCgroup().orElseThrow();
    var self = TABLE.find(ProcessHandle.current().pid()).orElseThrow();
    var namespace =
        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("[^0-9]", "");
    String name = "goplugin-%s-%d-%d-0000000%d";
    // The same number as this process has, but started at another time: dead.
    var dead =
        Files.createDirectory(
            parent.resolve(name.formatted(namespace, self.pid(), self.start() - 5, 1)));
    var below = Files.createDirectory(dead.resolve("1"));
    var elsewhere = Files.createDirectory(parent.resolve(name.formatted("1", self.pid(), 1, 2)));
    var alive =
        Files.createDirectory(
            parent.resolve(name.formatted(namespace, self.pid(), self.start(), 3)));
    try (var forker = new Forker("test")) {
      var orphan =
          forker.start(
              List.of("/bin/sleep", "60"),
              environment(Map.of()),
              Optional.empty(),
              Optional.of(new Cgroup(below)));
      await("it is in", () -> new Cgroup(dead).pids().equals(Set.of(orphan.pid())));
      new Cgroups(TABLE, Mounts.system()).sweep();
      assertThat(orphan.waitFor(20, SECONDS)).isTrue();
      assertThat(dead).doesNotExist();
      assertThat(elsewhere).exists();
      assertThat(alive).exists();
    } finally {
      List.of(dead, elsewhere, alive).forEach(group -> new Cgroup(group).kill());
      List.of(dead, elsewhere, alive).forEach(group -> new Cgroup(group).remove());
    }
  }

  @Test
  void watchdogWhosePipeEnds_killsAndRemovesTheGroup() throws Exception {
    var groups = new Cgroups(TABLE, Mounts.system());
    var all = groups.own().orElseThrow();
    var one = groups.forPlugin(1).orElseThrow();
    try (var forker = new Forker("test");
        var dog = new Watchdog(forker, "a token that nobody has", System.getLogger("quiet"))) {
      var plugin =
          forker.start(
              List.of("/bin/sleep", "60"),
              environment(Map.of()),
              Optional.empty(),
              Optional.of(one));
      await("it is in", () -> !all.pids().isEmpty());
      dog.guard(sockets.resolve("not-there"), Optional.of(all.folder()));
      dog.letGo();
      assertThat(plugin.waitFor(20, SECONDS)).isTrue();
      await("the end of the group", () -> !Files.exists(all.folder()));
    } finally {
      groups.close();
    }
  }

  @Test
  void gate_changesNothingButTheGroup() throws Exception {
    var groups = new Cgroups(TABLE, Mounts.system());
    try (var forker = new Forker("test")) {
      var one = groups.forPlugin(1).orElseThrow();
      var variables = Map.of("PLAIN", "1", "_under", "a b\n$c", "PATH", "/usr/bin:/bin");
      var odd = Map.of("dotted.name", "2", "da-sh", "3", "PATH", "/usr/bin:/bin");
      for (var environment : List.of(variables, Map.of("PWD", "mine"), odd)) {
        assertThat(environment(forker, environment, Optional.of(one)))
            .isEqualTo(environment(forker, environment, Optional.empty()));
      }
    } finally {
      groups.close();
    }
  }

  private static Set<String> environment(
      Forker forker, Map<String, String> variables, Optional<Cgroup> group) throws Exception {
    var process = forker.start(List.of("/usr/bin/env", "-0"), variables, Optional.empty(), group);
    try (var out = process.getInputStream()) {
      return Set.of(new String(out.readAllBytes(), UTF_8).split("\0"));
    } finally {
      process.waitFor();
    }
  }
}
