package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.spi.AuditSink;
import dev.cvt.pluginmgr.spi.LifecycleEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changing what runs while calls flow. */
@Timeout(120)
class ReloadProcessTest {
  @TempDir Path folder;
  private TestHome home;
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

  private Manager started(Config config) throws InterruptedException {
    var manager =
        Manager.builder(config, home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(metrics)
            .listener(events::add)
            .build();
    manager.start();
    return manager;
  }

  private void awaitReloaded() throws InterruptedException {
    TestHome.await(
        "everybody is told",
        () -> events.stream().anyMatch(e -> e.type() == LifecycleEvent.Type.RELOADED));
  }

  private static String fetch(Manager manager, String what) {
    return manager
        .hooks()
        .fetchSchema(FetchSchemaRequest.newBuilder().setSchemaId(what).build())
        .orElseThrow()
        .getSpec()
        .toStringUtf8();
  }

  private static long pid(Manager manager, String plugin) {
    return manager.handle(plugin).orElseThrow().pid();
  }

  @Test
  void changedPlugin_isReplacedAndOthersAreNotTouched() throws Exception {
    home.installJava("test", "echo");
    home.installJava("other", "echo");
    try (var manager = started(home.config(p -> p.config("a", "1"), "test", "other"))) {
      long test = pid(manager, "test");
      long other = pid(manager, "other");
      var next = manager.config().toBuilder().plugin("test", p -> p.config("a", "2")).build();
      manager.reload(next);

      assertThat(fetch(manager, "config")).isEqualTo("a=2");
      assertThat(pid(manager, "test")).isNotEqualTo(test);
      assertThat(pid(manager, "other")).isEqualTo(other);
      assertThat(ProcessHandle.of(test).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(manager.config()).isEqualTo(next);
      awaitReloaded();
      assertThat(metrics.read("cvt_plugin_up"))
          .containsOnly(
              Map.entry("cvt_plugin_up{plugin=test}", 1.0),
              Map.entry("cvt_plugin_up{plugin=other}", 1.0));
    }
  }

  @Test
  void nothingChanged_touchesNothing() throws Exception {
    home.installJava("test", "echo");
    try (var manager = started(home.config(p -> {}, "test"))) {
      long test = pid(manager, "test");
      manager.reload(home.config(p -> {}, "test"));

      assertThat(pid(manager, "test")).isEqualTo(test);
    }
  }

  @Test
  void reinstalledPlugin_isReplacedAndItsOldVersionIsForgotten() throws Exception {
    home.installJava("test", "echo", "1.0");
    try (var manager = started(home.config(p -> {}, "test"))) {
      home.installJava("test", "echo", "2.0");
      manager.reload(manager.config());

      assertThat(manager.handle("test").orElseThrow().reportedVersion()).isEqualTo("test/2.0");
      awaitReloaded();
      assertThat(events.stream().map(LifecycleEvent::type))
          .containsSubsequence(
              LifecycleEvent.Type.INSTALLED,
              LifecycleEvent.Type.STARTED,
              LifecycleEvent.Type.READY,
              LifecycleEvent.Type.RELOADED);
      assertThat(metrics.read("cvt_plugin_info").keySet())
          .singleElement()
          .asString()
          .contains("version=test/2.0");
    }
  }

  @Test
  void pluginsThatAreNewOrGone_comeAndGo() throws Exception {
    home.installJava("test", "echo");
    home.installJava("other", "echo");
    try (var manager = started(home.config(p -> {}, "test"))) {
      long test = pid(manager, "test");
      manager.reload(home.config(p -> {}, "other"));

      assertThat(manager.status().keySet()).containsExactly("other");
      assertThat(manager.registry("test")).isEmpty();
      assertThat(ProcessHandle.of(test).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(Long.parseLong(fetch(manager, "pid"))).isEqualTo(pid(manager, "other"));
      assertThat(metrics.read().keySet()).noneMatch(key -> key.contains("plugin=test"));
      home.state().remove("test");
    }
  }

  @Test
  void newVersionThatDoesNotStart_leavesTheOldOne() throws Exception {
    home.installJava("test", "echo");
    home.installScript("bad", "exit 3");
    try (var manager = started(home.config(p -> {}, "test"))) {
      long test = pid(manager, "test");
      var config = manager.config();

      var failed =
          catchThrowableOfType(
              Manager.StartFailed.class,
              () -> manager.reload(home.config(p -> p.config("a", "2"), "test", "bad")));

      assertThat(failed.plugin()).isEqualTo("bad");
      assertThat(pid(manager, "test")).isEqualTo(test);
      assertThat(manager.config()).isEqualTo(config);
      assertThat(fetch(manager, "config")).isEmpty();
      assertThat(home.processes()).hasSize(1);
      assertThat(metrics.read().keySet()).noneMatch(key -> key.contains("plugin=bad"));
      home.state().remove("bad");
      assertThat(metrics.read("cvt_plugin_up"))
          .containsOnly(Map.entry("cvt_plugin_up{plugin=test}", 1.0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sick", "sick-by-cvt"})
  void newVersionThatIsNotWell_leavesTheOldOne(String mode) throws Exception {
    home.installJava("test", "echo");
    var health = new Config.Health(Duration.ZERO, TestHome.START_TIMEOUT, 3, true);
    try (var manager =
        started(
            home.config(
                p -> p.health(health).onStartFailure(Config.OnStartFailure.SUPERVISE), "test"))) {
      long test = pid(manager, "test");
      home.installJava("test", mode);

      var failed =
          catchThrowableOfType(Manager.StartFailed.class, () -> manager.reload(manager.config()));

      assertThat(failed.failure().diagnosis()).isEqualTo("UNHEALTHY");
      assertThat(failed.phase()).isEqualTo(Manager.Phase.RUNNING);
      assertThat(pid(manager, "test")).isEqualTo(test);
      assertThat(fetch(manager, "pid")).isEqualTo("" + test);
    }
  }

  @Test
  void callsInFlightAndMeanwhile_loseNothing() throws Exception {
    home.installJava("test", "echo");
    try (var manager = started(home.config(p -> {}, "test"))) {
      var stop = new AtomicBoolean();
      var calls = new AtomicLong();
      var callers = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 8; i++) {
        var done = new CompletableFuture<Void>();
        callers.add(done);
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (!stop.get()) {
                      fetch(manager, "echo");
                      calls.incrementAndGet();
                    }
                    done.complete(null);
                  } catch (Throwable e) {
                    done.completeExceptionally(e);
                  }
                });
      }
      for (int round = 2; round < 5; round++) {
        String value = "" + round;
        manager.reload(home.config(p -> p.config("a", value), "test"));
        assertThat(fetch(manager, "config")).isEqualTo("a=" + value);
      }
      stop.set(true);

      for (var caller : callers) {
        assertThat(caller).succeedsWithin(TestHome.START_TIMEOUT);
      }
      assertThat(calls).hasPositiveValue();
      assertThat(manager.status().get("test").restarts()).isZero();
    }
  }

  /** The grace is none at all, so that what the call needs is given to it and not to the plugin. */
  @Test
  void callThatTakesItsTime_isFinishedByTheOldOneAfterTheNewHasTakenOver() throws Exception {
    home.installJava("test", "echo");
    var released = folder.resolve("released");
    try (var manager = started(home.config(p -> p.stopGrace(Duration.ZERO), "test"))) {
      long test = pid(manager, "test");
      var call = CompletableFuture.supplyAsync(() -> fetch(manager, "wait " + released));
      TestHome.await("the call is with the plugin", () -> Files.exists(home.marker()));
      var next = home.config(p -> p.stopGrace(Duration.ZERO).config("a", "2"), "test");
      var reload = new FutureTask<>(() -> manager.reload(next));
      Thread.ofVirtual().start(reload);
      TestHome.await(
          "another has taken over",
          () -> manager.handle("test").filter(h -> h.pid() != test).isPresent());
      Files.createFile(released);

      assertThat(call).succeedsWithin(TestHome.START_TIMEOUT).isEqualTo("waited");
      assertThat(reload.get().replaced()).containsExactly("test");
    }
  }

  /** It cannot be asked to end, so that without any patience it would be killed at once. */
  @Test
  void callThatTakesItsTime_isFinishedBeforeAClose() throws Exception {
    home.installJava("test", "healthless");
    var released = folder.resolve("released");
    var manager = started(home.config(p -> p.stopGrace(TestHome.START_TIMEOUT), "test"));
    var call = CompletableFuture.supplyAsync(() -> fetch(manager, "wait " + released));
    TestHome.await("the call is with the plugin", () -> Files.exists(home.marker()));
    var closer = Thread.ofVirtual().start(manager::close);
    TestHome.await(
        "it is being closed", () -> manager.status().get("test").state() == Manager.State.STOPPING);
    Files.createFile(released);

    assertThat(call).succeedsWithin(TestHome.START_TIMEOUT).isEqualTo("waited");
    closer.join();
  }

  @Test
  void reloadInTheMiddleOfAClose_isRefusedAndHoldsNobodyUp() throws Exception {
    home.installJava("test", "echo");
    var manager = started(home.config(p -> p.stopGrace(TestHome.START_TIMEOUT), "test"));
    long test = pid(manager, "test");
    var caller = Thread.ofVirtual().start(() -> catchThrowable(() -> fetch(manager, "hang")));
    TestHome.await("the call is with the plugin", () -> Files.exists(home.marker()));
    // A call in flight may take its stop grace, so that the close is not over at once.
    var closer = Thread.ofVirtual().start(manager::close);
    TestHome.await(
        "it is being closed", () -> manager.status().get("test").state() == Manager.State.STOPPING);

    var next = home.config(p -> p.config("a", "2"), "test");
    var refused = CompletableFuture.supplyAsync(() -> catchThrowable(() -> manager.reload(next)));

    assertThat(refused).succeedsWithin(TestHome.START_TIMEOUT);
    assertThat(refused.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the manager was closed while it reloaded");
    assertThat(closer.isAlive()).as("nobody waited for the end of the close").isTrue();
    ProcessHandle.of(test).ifPresent(ProcessHandle::destroyForcibly);
    closer.join();
    caller.join();
  }

  @Test
  void pluginRoot_cannotChange() throws Exception {
    home.installJava("test", "echo");
    try (var manager = started(home.config(p -> {}, "test"))) {
      var elsewhere = new TestHome(folder.resolve("elsewhere"));

      assertThatIllegalArgumentException()
          .isThrownBy(() -> manager.reload(elsewhere.config(p -> {}, "test")))
          .withMessage(
              "the plugin root cannot change while the manager runs; close it and build another");
    }
  }

  @Test
  void managerThatDoesNotRun_cannotReload() throws Exception {
    home.installScript("test", "exit 1");
    var config = home.config(p -> {}, "test");
    try (var manager =
        Manager.builder(config, home.state())
            .discovery(false)
            .audit(AuditSink.none())
            .metrics(metrics)
            .build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> manager.reload(config))
          .withMessage("the manager does not run; start it first");
    }
  }
}
