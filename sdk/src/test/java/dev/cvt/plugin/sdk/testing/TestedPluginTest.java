package dev.cvt.plugin.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.sdk.Plugin;
import dev.cvt.plugin.sdk.Refusal;
import dev.cvt.plugin.sdk.RegistryProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TestedPluginTest {

  @RegisterExtension
  static final PluginExtension PLUGIN = PluginExtension.inThisJvm(TestedPluginTest::plugin);

  /** Run as a process by the last tests. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      plugin().serve();
    }
  }

  private static Plugin plugin() {
    System.Logger log = System.getLogger("tested");
    RegistryProvider registry =
        new RegistryProvider() {
          @Override
          public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
            switch (request.getSchemaId()) {
              case "exit" -> Runtime.getRuntime().halt(5);
              case "broken" -> throw new IllegalStateException("it broke");
              default -> {}
            }
            if (request.getSchemaId().isEmpty()) {
              throw Refusal.notFound("no id");
            }
            log.log(
                System.Logger.Level.DEBUG,
                "fetched {0}",
                request.getSchemaId(),
                Map.entry("schema_id", request.getSchemaId()));
            System.out.println("printed " + request.getSchemaId());
            return FetchSchemaResponse.getDefaultInstance();
          }
        };
    return Plugin.named("tested", "1").registry(registry).config((key, value) -> {});
  }

  private static FetchSchemaRequest pets() {
    return FetchSchemaRequest.newBuilder().setSchemaId("pets").build();
  }

  private static TestedPlugin process() throws Exception {
    String path =
        String.join(
            File.pathSeparator,
            Stream.of("jdk.module.path", "java.class.path", "surefire.test.class.path")
                .map(name -> System.getProperty(name, ""))
                .filter(value -> !value.isEmpty())
                .toList());
    List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC"));
    arguments.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    arguments.add(path + File.pathSeparator + Path.of("target/test-classes").toAbsolutePath());
    arguments.add(Main.class.getName());
    return TestedPlugin.asProcess(
            Path.of(System.getProperty("java.home"), "bin", "java"), arguments, Map.of())
        .deadline(Duration.ofSeconds(30));
  }

  @Test
  void calls_are_recorded_with_answer_or_failure(TestedPlugin plugin) throws Exception {
    FetchSchemaRequest none = FetchSchemaRequest.getDefaultInstance();
    FetchSchemaResponse answer = plugin.registry().fetchSchema(pets());
    assertThatThrownBy(() -> plugin.registry().fetchSchema(none)).hasMessage("no id");
    assertThat(plugin.calls()).hasSize(2);
    assertThat(plugin.calls().getFirst().method()).isEqualTo("FetchSchema");
    assertThat(plugin.calls().getFirst().request()).isEqualTo(pets());
    assertThat(plugin.calls().getFirst().answer()).contains(answer);
    assertThat(plugin.calls().getLast().answer()).isEmpty();
    assertThat(plugin.calls().getLast().failure().map(Refusal::code))
        .contains(Refusal.Code.NOT_FOUND);
  }

  @Test
  void logs_of_this_jvm_are_recorded_at_every_level(TestedPlugin plugin) throws Exception {
    plugin.registry().fetchSchema(pets());
    assertThat(plugin.awaitLog(line -> line.logger().equals("tested")))
        .isEqualTo(
            new LogLine(
                System.Logger.Level.DEBUG, "tested", "fetched pets", Map.of("schema_id", "pets")));
  }

  @Test
  void a_log_record_that_does_not_come_fails_the_test_and_lists_the_others(TestedPlugin plugin)
      throws Exception {
    plugin.registry().fetchSchema(pets());
    plugin.deadline(Duration.ofMillis(50));
    assertThatThrownBy(() -> plugin.awaitLog(line -> line.message().equals("never")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("no such log record within 50 ms; there were [")
        .hasMessageContaining("fetched pets");
  }

  @Test
  void as_a_process_it_is_the_same_and_its_prints_are_there_too() throws Exception {
    try (TestedPlugin plugin = process()) {
      assertThat(plugin.info().getName()).isEqualTo("tested");
      assertThat(plugin.configure(Map.of("a", "1")).accepted()).isEqualTo(Map.of("a", "1"));
      plugin.registry().fetchSchema(pets());
      assertThat(plugin.awaitLog(line -> line.logger().equals("tested")))
          .isEqualTo(
              new LogLine(
                  System.Logger.Level.DEBUG,
                  "tested",
                  "fetched pets",
                  Map.of("schema_id", "pets")));
      assertThat(plugin.awaitPrinted(line -> true))
          .isEqualTo(new Printed(Printed.Stream.STDOUT, "printed pets"));
      assertThat(plugin.stop()).isZero();
      assertThat(plugin.stop()).isZero();
    }
  }

  @Test
  void a_process_that_ends_by_itself_is_waited_for() throws Exception {
    try (TestedPlugin plugin = process()) {
      var exit = FetchSchemaRequest.newBuilder().setSchemaId("exit").build();
      assertThatThrownBy(() -> plugin.registry().fetchSchema(exit))
          .isInstanceOfSatisfying(
              Refusal.class, e -> assertThat(e.code()).isEqualTo(Refusal.Code.UNAVAILABLE));
      assertThat(plugin.awaitExit()).isEqualTo(5);
      assertThat(plugin.stop()).isEqualTo(5);
    }
  }

  @Test
  void a_plugin_that_goes_on_fails_whoever_waits_for_its_end(TestedPlugin plugin) {
    plugin.deadline(Duration.ofMillis(20));
    assertThatThrownBy(plugin::awaitExit)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("the plugin still runs after 20 ms; it logged [");
  }

  @Test
  void what_a_handler_throws_is_in_the_log_with_its_trace(TestedPlugin plugin) throws Exception {
    var broken = FetchSchemaRequest.newBuilder().setSchemaId("broken").build();
    assertThatThrownBy(() -> plugin.registry().fetchSchema(broken)).hasMessage("it broke");
    var logged = plugin.awaitLog(line -> line.level() == System.Logger.Level.ERROR);
    assertThat(logged.fields())
        .containsEntry("error", "java.lang.IllegalStateException: it broke")
        .hasEntrySatisfying("stacktrace", trace -> assertThat(trace).contains("fetchSchema"));
  }

  @Test
  void libraries_talk_of_what_matters_only(TestedPlugin plugin) throws Exception {
    plugin.registry().fetchSchema(pets());
    plugin.awaitLog(line -> line.logger().equals("tested"));
    assertThat(plugin.logs())
        .filteredOn(line -> line.logger().startsWith("io."))
        .allMatch(line -> line.level().compareTo(System.Logger.Level.INFO) >= 0);
  }

  @Test
  void levels_are_as_before_when_the_last_plugin_has_gone(TestedPlugin first) throws Exception {
    var root = java.util.logging.Logger.getLogger("");
    assertThat(root.getLevel()).isEqualTo(java.util.logging.Level.ALL);
    var second = TestedPlugin.inThisJvm(plugin());
    first.stop();
    assertThat(root.getLevel()).isEqualTo(java.util.logging.Level.ALL);
    second.stop();
    assertThat(root.getLevel()).isEqualTo(java.util.logging.Level.INFO);
  }

  @Test
  void a_plugin_that_cannot_be_served_leaves_the_log_alone() {
    var handlers = java.util.logging.Logger.getLogger("").getHandlers();
    assertThatThrownBy(() -> TestedPlugin.inThisJvm(plugin().grace(Duration.ofSeconds(-1))))
        .hasMessage("the grace must be 0 or more, not PT-1S");
    assertThat(java.util.logging.Logger.getLogger("").getHandlers()).isEqualTo(handlers);
  }

  @Test
  void a_program_that_does_not_start_fails_the_test_with_the_reason() {
    assertThatThrownBy(() -> TestedPlugin.asProcess(Path.of("/bin/true")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("true did not start");
  }

  @Test
  void a_start_that_is_interrupted_leaves_nothing(@TempDir Path folder) throws Exception {
    var begun = folder.resolve("begun");
    var silent =
        Files.writeString(folder.resolve("silent"), "#!/bin/sh\n:>" + begun + "\nsleep 600\n");
    Files.setPosixFilePermissions(silent, PosixFilePermissions.fromString("rwx------"));
    var thrown = new CompletableFuture<Throwable>();
    var starter =
        Thread.ofPlatform()
            .start(() -> thrown.complete(catchThrowable(() -> TestedPlugin.asProcess(silent))));
    while (!Files.exists(begun)) {
      Thread.sleep(5);
    }
    starter.interrupt();

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(ProcessHandle.current().descendants()).isEmpty(); // not even a watchdog
  }
}
