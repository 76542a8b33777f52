package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.spi.AuditRecord;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import dev.cvt.pluginmgr.spi.RecordingAuditSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that die, and come back. */
@Timeout(120)
class SupervisionProcessTest {
  @TempDir Path folder;
  private TestHome home;
  private final RecordingAuditSink audit = AuditSink.recording();
  private final MetricsTable metrics = new MetricsTable();
  private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();

  @BeforeEach
  void prepare() {
    home = new TestHome(folder);
  }

  @AfterEach
  void nothingLeft() throws Exception {
    home.assertNothingLeft();
  }

  private Manager manager(Consumer<Config.PluginBuilder> settings, String... plugins) {
    return Manager.builder(home.config(settings, plugins), home.state())
        .discovery(false)
        .audit(audit)
        .metrics(metrics)
        .listener(events::add)
        .build();
  }

  private static Config.Restart restart(int limit) {
    return new Config.Restart(
        true,
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMinutes(1),
        limit,
        Duration.ofMinutes(5));
  }

  private static String fetch(Manager manager, String what) {
    return manager
        .hooks()
        .fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId(what).build())
        .orElseThrow()
        .getSpec()
        .toStringUtf8();
  }

  private static Manager.CallFailed failure(Manager manager, String what) {
    return catchThrowableOfType(Manager.CallFailed.class, () -> fetch(manager, what));
  }

  private static void awaitState(Manager manager, Manager.State state) throws InterruptedException {
    TestHome.await(
        "state " + state,
        () -> {
          var status = manager.status().get("test");
          return status != null && status.state() == state;
        });
  }

  private List<LifecycleEvent.Type> types() {
    return events.stream().map(LifecycleEvent::type).toList();
  }

  @Test
  void death_inMidCall_failsTheCallAtOnceAndBringsThePluginBack() throws Exception {
    home.installJava("test", "echo");
    try (var manager = manager(p -> {}, "test")) {
      manager.start();
      long first = manager.handle("test").orElseThrow().pid();
      var hanging = new CompletableFuture<Manager.CallFailed>();
      Thread.ofVirtual().start(() -> hanging.complete(failure(manager, "hang")));
      TestHome.await("the call is in the plugin", () -> Files.exists(home.marker()));

      var failed = failure(manager, "exit 3");

      assertThat(failed.code()).isEqualTo("Unavailable");
      assertThat(failed.getMessage())
          .matches(
              "plugin test, registry\\.v1/FetchSchema, request [-0-9a-f]+: it died in mid-call: it"
                  + " exited with code 3 after [0-9a-z.]+; it is started again by itself; call"
                  + " again");
      assertThat(hanging.get().code()).isEqualTo("Unavailable");
      TestHome.await(
          "it is back", () -> manager.handle("test").map(h -> h.pid() != first).orElse(false));
      assertThat(fetch(manager, "config")).isEmpty();
      try (var files = Files.walk(home.root().resolve(".run"))) {
        assertThat(files.filter(file -> file.endsWith("cvt-plugin-test"))).hasSize(1);
      }

      var status = manager.status().get("test");
      assertThat(status.restarts()).isEqualTo(1);
      var last = status.lastFailure().orElseThrow();
      assertThat(last.exitCode()).hasValue(3);
      assertThat(last.phase()).isEqualTo(Manager.Phase.RUNNING);
      assertThat(last.stderr()).contains("going down");
      assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_restarts_total"))
          .containsEntry("cvt_plugin_up{plugin=test}", 1.0)
          .containsEntry("cvt_plugin_restarts_total{plugin=test}", 1.0);
      assertThat(audit.records())
          .extracting(AuditRecord::errorCode)
          .containsOnly("Unavailable", "");
    }
    assertThat(types())
        .containsExactly(
            LifecycleEvent.Type.STARTED,
            LifecycleEvent.Type.READY,
            LifecycleEvent.Type.DIED,
            LifecycleEvent.Type.RESTARTING,
            LifecycleEvent.Type.READY,
            LifecycleEvent.Type.STOPPED);
  }

  @Test
  void pluginThatIsDown_failsItsCallsAndHasNoClient() throws Exception {
    home.installScript(
        "test", "[ -e '%s' ] && exit 5\n%s".formatted(home.home().resolve("down"), java("echo")));
    try (var manager = manager(p -> p.restart(restart(1)), "test")) {
      manager.start();
      Files.createFile(home.home().resolve("down"));
      failure(manager, "exit 3");
      awaitState(manager, Manager.State.GAVE_UP);

      assertThat(failure(manager, "echo").getMessage())
          .contains(
              ": it was given up after 1 restart: it did not start: exited with code 5 before its"
                  + " handshake line; reset it (cvt-plugins reset test --restarts), or install a"
                  + " binary that works");
      assertThat(manager.registry("test")).isEmpty();
      assertThat(manager.handle("test")).isEmpty();
      assertThat(metrics.read("cvt_plugin_up")).containsEntry("cvt_plugin_up{plugin=test}", 0.0);
      TestHome.await("everybody is told", () -> types().getLast() == LifecycleEvent.Type.GAVE_UP);

      Files.delete(home.home().resolve("down"));
      manager.reset("test");
      awaitState(manager, Manager.State.READY);
      assertThat(fetch(manager, "pid")).isNotEmpty();
    }
  }

  private String java(String mode) throws Exception {
    Path script = home.installJava("java", mode);
    return Files.readString(script).lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void pluginThatWasGivenUp_withAnotherBinary_isStartedByItself() throws Exception {
    home.installScript("test", "exit 5");
    try (var manager =
        manager(
            p -> p.restart(restart(1)).onStartFailure(Config.OnStartFailure.SUPERVISE), "test")) {
      manager.start();
      awaitState(manager, Manager.State.GAVE_UP);
      home.installJava("test", "echo");

      awaitState(manager, Manager.State.READY);
      TestHome.await("everybody is told", () -> types().getLast() == LifecycleEvent.Type.READY);
      assertThat(types())
          .containsSubsequence(
              LifecycleEvent.Type.GAVE_UP,
              LifecycleEvent.Type.INSTALLED,
              LifecycleEvent.Type.RESTARTING,
              LifecycleEvent.Type.READY);
    }
  }

  @Test
  void supervisedStart_goesOnWithoutThePluginAndKeepsTrying() throws Exception {
    home.installScript(
        "test", "[ -e '%s' ] || exit 5\n%s".formatted(home.home().resolve("up"), java("echo")));
    try (var manager =
        manager(
            p -> p.restart(restart(1000)).onStartFailure(Config.OnStartFailure.SUPERVISE),
            "test")) {
      manager.start();

      assertThat(failure(manager, "echo").code()).isEqualTo("Unavailable");
      Files.createFile(home.home().resolve("up"));
      awaitState(manager, Manager.State.READY);
      assertThat(manager.status().get("test").restarts()).isPositive();
    }
  }

  @Test
  void callThatMeetsARestart_waitsForItWhereConfigured() throws Exception {
    home.installJava("test", "echo");
    try (var manager = manager(p -> p.waitForRestart(true), "test")) {
      manager.start();
      long first = Long.parseLong(fetch(manager, "pid"));
      failure(manager, "exit 3");

      assertThat(Long.parseLong(fetch(manager, "pid"))).isNotEqualTo(first);
    }
  }

  @Test
  void callThatMeetsARestart_waitsNoLongerThanItsDeadline() throws Exception {
    home.installScript("test", "[ -e '%s' ] && exec sleep 60\n%s".formatted(down(), java("echo")));
    try (var manager = manager(p -> p.waitForRestart(true), "test")) {
      manager.start();
      Files.createFile(down());
      failure(manager, "exit 3");
      awaitState(manager, Manager.State.STARTING);
      var hooks = manager.hooks().within(Duration.ofMillis(200));

      var failed =
          catchThrowableOfType(
              Manager.CallFailed.class,
              () -> hooks.fetchSchema(FetchSchemaRequest.getDefaultInstance()));
      assertThat(failed.code()).isEqualTo("Unavailable");
      assertThat(manager.status().get("test").state()).isEqualTo(Manager.State.STARTING);
    }
  }

  private Path down() {
    return home.home().resolve("down");
  }

  @Test
  void cvtsOwnHealth_countsWhereItIsAskedFor() throws Exception {
    home.installJava("test", "sick-by-cvt");
    var health = new Config.Health(Duration.ofMillis(50), Duration.ofSeconds(20), 3, true);
    var never =
        new Config.Restart(
            false,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(1));
    try (var manager = manager(p -> p.health(health).restart(never), "test")) {
      manager.start();
      awaitState(manager, Manager.State.GAVE_UP);
      TestHome.await("everybody is told", () -> types().getLast() == LifecycleEvent.Type.GAVE_UP);

      assertThat(types())
          .containsExactly(
              LifecycleEvent.Type.STARTED,
              LifecycleEvent.Type.READY,
              LifecycleEvent.Type.DEGRADED,
              LifecycleEvent.Type.DIED,
              LifecycleEvent.Type.GAVE_UP);
      assertThat(manager.status().get("test").lastFailure().orElseThrow().diagnosis())
          .isEqualTo("UNHEALTHY");
    }
  }

  @Test
  void healthThatFailsInARow_isADeath() throws Exception {
    home.installJava("test", "echo");
    var health = new Config.Health(Duration.ofMillis(50), Duration.ofSeconds(20), 2, false);
    try (var manager = manager(p -> p.health(health), "test")) {
      manager.start();
      long first = Long.parseLong(fetch(manager, "pid"));
      fetch(manager, "sick");
      TestHome.await("it is degraded", () -> types().contains(LifecycleEvent.Type.DEGRADED));
      TestHome.await(
          "it is back", () -> manager.handle("test").map(h -> h.pid() != first).orElse(false));

      assertThat(manager.status().get("test").lastFailure().orElseThrow().diagnosis())
          .isEqualTo("UNHEALTHY");
    }
  }

  /** A first failure would be a death here. */
  @Test
  void noHealthService_isDegradedAndNotDead() throws Exception {
    home.installJava("test", "healthless");
    var health = new Config.Health(Duration.ofMillis(50), Duration.ofSeconds(20), 1, false);
    try (var manager = manager(p -> p.health(health), "test")) {
      manager.start();
      long first = Long.parseLong(fetch(manager, "pid"));
      awaitState(manager, Manager.State.DEGRADED);

      assertThat(Long.parseLong(fetch(manager, "pid"))).isEqualTo(first);
      assertThat(manager.status().get("test").restarts()).isZero();
      TestHome.await("everybody is told", () -> types().contains(LifecycleEvent.Type.DEGRADED));
      assertThat(types())
          .containsExactly(
              LifecycleEvent.Type.STARTED, LifecycleEvent.Type.READY, LifecycleEvent.Type.DEGRADED);
    }
  }

  @Test
  void socketThatVanishes_isADeath() throws Exception {
    home.installJava("test", "echo");
    var health = new Config.Health(Duration.ofMillis(50), Duration.ofSeconds(20), 3, false);
    try (var manager = manager(p -> p.health(health), "test")) {
      manager.start();
      long first = Long.parseLong(fetch(manager, "pid"));
      var socket =
          fetch(manager, "environment")
              .lines()
              .filter(line -> line.startsWith("PLUGIN_UNIX_SOCKET_DIR="))
              .map(line -> Path.of(line.substring(line.indexOf('=') + 1)))
              .findFirst()
              .orElseThrow();
      try (var files = Files.newDirectoryStream(socket, "plugin*")) {
        for (var file : files) {
          Files.delete(file);
        }
      }
      TestHome.await(
          "it is back", () -> manager.handle("test").map(h -> h.pid() != first).orElse(false));

      var last = manager.status().get("test").lastFailure().orElseThrow();
      assertThat(last.diagnosis()).isEqualTo("SOCKET_GONE");
      assertThat(last.what()).contains(socket.toString());
    }
  }

  @Test
  void connectionThatIsClosed_isADeathThoughTheProcessLivesOn() throws Exception {
    home.installJava("test", "healthless");
    try (var manager = manager(p -> {}, "test")) {
      manager.start();
      long first = manager.handle("test").orElseThrow().pid();
      failure(manager, "hang-up");
      TestHome.await(
          "it is back", () -> manager.handle("test").map(h -> h.pid() != first).orElse(false));

      assertThat(manager.status().get("test").lastFailure().orElseThrow().what())
          .isEqualTo("closed its connection while its process " + first + " lives on");
      assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void deathByASignal_isNamed() throws Exception {
    home.installJava("test", "echo");
    try (var manager = manager(p -> {}, "test")) {
      manager.start();
      ProcessHandle.of(manager.handle("test").orElseThrow().pid()).orElseThrow().destroyForcibly();
      TestHome.await(
          "the death is known", () -> manager.status().get("test").lastFailure().isPresent());

      var last = manager.status().get("test").lastFailure().orElseThrow();
      assertThat(last.signal()).contains("SIGKILL");
      assertThat(last.what()).startsWith("was killed by SIGKILL after ");
      awaitState(manager, Manager.State.READY);
    }
  }

  @Test
  void oneThatDies_leavesTheOthersAlone() throws Exception {
    home.installJava("test", "echo");
    home.installJava("other", "echo");
    try (var manager = manager(p -> {}, "test", "other")) {
      manager.start();
      long other = manager.handle("other").orElseThrow().pid();
      failure(manager, "exit 3");
      TestHome.await("it is back", () -> manager.status().get("test").restarts() == 1);
      awaitState(manager, Manager.State.READY);

      assertThat(manager.handle("other").orElseThrow().pid()).isEqualTo(other);
      assertThat(manager.status().get("other").restarts()).isZero();
    }
  }

  @Test
  void listenerThatClosesTheManager_whileOthersDo_waitsForNobody() throws Exception {
    home.installScript("test", "exit 3");
    var self = new CompletableFuture<Manager>();
    var closed = new CompletableFuture<LifecycleEvent.Type>();
    var manager =
        Manager.builder(
                home.config(
                    p -> p.onStartFailure(Config.OnStartFailure.SUPERVISE).restart(restart(1)),
                    "test"),
                home.state())
            .discovery(false)
            .audit(audit)
            .metrics(metrics)
            .listener(
                event -> {
                  if (event.type() == LifecycleEvent.Type.STOPPED) {
                    self.join().close();
                    if (!Thread.interrupted()) { // as whoever is waited for in vain is
                      closed.complete(event.type());
                    }
                  }
                })
            .build();
    self.complete(manager);
    manager.start();
    manager.close();

    assertThat(closed).isCompletedWithValue(LifecycleEvent.Type.STOPPED);
  }
}
