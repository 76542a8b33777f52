package dev.cvt.pluginmgr.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cvt.pluginmgr.Manager;
import dev.cvt.pluginmgr.MetricsTable;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A start that is given up, in whichever phase, leaves nothing. */
@Timeout(120)
class StartCancelProcessTest {
  @TempDir Path folder;
  private TestHome home;
  private final MetricsTable metrics = new MetricsTable();

  @BeforeEach
  void prepare() {
    home = new TestHome(folder);
  }

  private enum Stuck {
    SILENT,
    INFO,
    CONFIG;

    void install(TestHome home) throws Exception {
      String mark = "echo x > '" + home.marker() + "'; ";
      switch (this) {
        case SILENT -> home.installScript("stuck", mark + "sleep 600 & wait");
        case INFO -> home.installJava("stuck", "hangs-in-info");
        case CONFIG -> home.installJava("stuck", "hangs-in-config");
      }
    }
  }

  private Manager manager(String... plugins) {
    return Manager.builder(home.config(p -> p.config("a", "1"), plugins), home.state())
        .discovery(false)
        .audit(AuditSink.none())
        .metrics(metrics)
        .build();
  }

  private static CompletableFuture<Throwable> starting(Manager manager, Thread[] starter) {
    var thrown = new CompletableFuture<Throwable>();
    starter[0] =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    manager.start();
                    thrown.completeExceptionally(new AssertionError("it started"));
                  } catch (InterruptedException | RuntimeException e) {
                    thrown.complete(e);
                  }
                });
    return thrown;
  }

  private void awaitStuck() throws InterruptedException {
    TestHome.await("the plugin is stuck", () -> Files.exists(home.marker()));
  }

  @ParameterizedTest
  @EnumSource(Stuck.class)
  void interrupted_endsAtOnceAndLeavesNothing(Stuck phase) throws Exception {
    phase.install(home);
    try (var manager = manager("stuck")) {
      var starter = new Thread[1];
      var thrown = starting(manager, starter);
      awaitStuck();
      starter[0].interrupt();

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      home.assertNothingLeft();
      assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_info")).isEmpty();
      assertThat(manager.status()).isEmpty();
    }
  }

  @Test
  void interrupted_endsThoseThatRunAlready() throws Exception {
    home.installJava("good", "echo");
    Stuck.SILENT.install(home);
    try (var manager = manager("good", "stuck")) {
      var starter = new Thread[1];
      var thrown = starting(manager, starter);
      awaitStuck();
      TestHome.await(
          "the good one is ready",
          () -> {
            var status = manager.status().get("good");
            return status != null && status.state() == Manager.State.READY;
          });
      starter[0].interrupt();

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      home.assertNothingLeft();
      assertThat(metrics.read("cvt_plugin_up", "cvt_plugin_info")).isEmpty();
    }
  }

  @Test
  void closed_meanwhile_endsTheStart() throws Exception {
    Stuck.SILENT.install(home);
    var manager = manager("stuck");
    var thrown = starting(manager, new Thread[1]);
    awaitStuck();
    TestHome.await("its child is seen as well", () -> home.processes().size() > 1);
    manager.close();

    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the manager was closed while it started");
    home.assertNothingLeft();
  }

  @Test
  void startAfterClose_isRefused() {
    home.root().toFile().mkdirs();
    var manager = manager("stuck");
    manager.close();

    assertThatIllegalStateException()
        .isThrownBy(manager::start)
        .withMessage("the manager is closed; build another");
  }

  @Test
  void close_fromSeveralThreads_waitsForTheSameEnd() throws Exception {
    home.installJava("good", "echo");
    var manager = manager("good");
    manager.start();
    var left = new ArrayList<CompletableFuture<Integer>>();
    for (int i = 0; i < 8; i++) {
      var one = new CompletableFuture<Integer>();
      left.add(one);
      Thread.ofVirtual()
          .start(
              () -> {
                manager.close();
                one.complete(home.processes().size());
              });
    }

    for (var one : left) {
      assertThat(one.get()).isZero();
    }
    home.assertNothingLeft();
  }

  @Test
  void close_interrupted_endsAllTheSameAndStaysInterrupted() throws Exception {
    home.installJava("good", "echo");
    var manager = manager("good");
    manager.start();
    Thread.currentThread().interrupt();
    manager.close();

    assertThat(Thread.interrupted()).isTrue();
    home.assertNothingLeft();
  }

  @Test
  void close_fromAShutdownHook_endsThePlugins() throws Exception {
    home.installJava("test", "echo");
    Path output = home.home().resolve("output");
    var host =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                TestHome.classPath(),
                HostProgram.class.getName(),
                home.home().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(host.waitFor()).as(() -> read(output)).isZero();
    assertThat(read(output)).contains("started ");
    home.assertNothingLeft();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
