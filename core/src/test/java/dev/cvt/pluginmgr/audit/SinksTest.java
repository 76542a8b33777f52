package dev.cvt.pluginmgr.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.audit.AuditTrail.Member;
import dev.cvt.pluginmgr.spi.AuditSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which sinks a configuration gets, from real jars on a real layer. */
class SinksTest {
  @TempDir private Path folder;

  private static Config config(Map<String, Map<String, String>> sinks) {
    var builder = Config.builder().home(Path.of("/home/of/nobody"));
    sinks.forEach(builder::audit);
    return builder.build();
  }

  private static AuditTrail discover(
      Config config, Optional<ModuleLayer> layer, List<AuditSink> explicit) {
    return Sinks.discover(config, layer, true, explicit, (record, sink) -> {});
  }

  private Path good(String module, String id) throws IOException {
    return ProviderJar.sink(
        folder, module, ProviderJar.body(id, "\"path\"", "return AuditSink.none();"));
  }

  private static List<String> names(AuditTrail trail) {
    return trail.members().stream().map(Member::name).toList();
  }

  @Test
  void withoutSettings_everySinkThatIsFoundIsUsed() throws IOException {
    var layer = ProviderJar.layer(good("first.sink", "one"), good("second.sink", "two"));

    assertThat(names(discover(config(Map.of()), layer, List.of()))).containsExactly("one", "two");
  }

  @Test
  void aConfiguredSink_isTheOnlyOne() throws IOException {
    var layer = ProviderJar.layer(good("first.sink", "one"), good("second.sink", "two"));

    assertThat(names(discover(config(Map.of("two", Map.of("path", "x"))), layer, List.of())))
        .containsExactly("two");
  }

  @Test
  void aSinkThatIsHandedIn_comesAlone() throws IOException {
    var sink = AuditSink.recording();
    var layer = ProviderJar.layer(good("first.sink", "one"));

    assertThat(discover(config(Map.of()), layer, List.of(sink)).members())
        .extracting(Member::sink)
        .containsExactly(sink);
  }

  @Test
  void withoutAnySink_theLogTakesTheRecords() {
    assertThat(
            names(
                Sinks.discover(config(Map.of()), Optional.empty(), false, List.of(), (r, s) -> {})))
        .containsExactly("log");
  }

  @Test
  void aNameThatMatchesNone_listsThoseThatWereFound() throws IOException {
    var layer = ProviderJar.layer(good("first.sink", "one"), good("second.sink", "two"));

    assertThatThrownBy(() -> discover(config(Map.of("three", Map.of())), layer, List.of()))
        .isInstanceOf(ProvidersFailed.class)
        .hasMessage(
            "pluginmgr.yaml: audit.sinks[0].use: no audit sink on the module path is called three;"
                + " use one of those that are there (one, two), or put its jar on the module path");
  }

  @Test
  void aNameThatIsASlip_isToldTheOneThatWasMeant() throws IOException {
    var layer = ProviderJar.layer(good("first.sink", "zap-json"), good("second.sink", "two"));

    assertThatThrownBy(() -> discover(config(Map.of("zapjson", Map.of())), layer, List.of()))
        .hasMessage(
            "pluginmgr.yaml: audit.sinks[0].use: no audit sink on the module path is called"
                + " zapjson; did you mean \"zap-json\"? Otherwise use one of those that are there"
                + " (two, zap-json), or put its jar on the module path");
  }

  @Test
  void aSettingThatTheSinkDoesNotKnow_isRefused() throws IOException {
    var layer = ProviderJar.layer(good("first.sink", "one"));

    assertThatThrownBy(() -> discover(config(Map.of("one", Map.of("pth", "x"))), layer, List.of()))
        .hasMessage(
            "pluginmgr.yaml: audit.sinks[0].pth: one does not know the setting pth; did you mean"
                + " \"path\"? Otherwise use one of its settings: path");
  }

  @Test
  void aProviderThatThrows_isNamedWithItsJar() throws IOException {
    var jar =
        ProviderJar.sink(
            folder,
            "bad.sink",
            ProviderJar.body("bad", "", "throw new IllegalStateException(\"no network\");"));

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(jar), List.of()))
        .hasMessage(
            "the audit sink bad (%s) could not be made: no network; mend what it says, or choose"
                    .formatted(jar)
                + " another audit sink in pluginmgr.yaml");
  }

  @Test
  void aProviderThatThrowsWhenAskedItsName_isNamedWithItsJar() throws IOException {
    var jar =
        ProviderJar.sink(
            folder,
            "mute.sink",
            """
            public String id() { throw new IllegalStateException("no name"); }
            public Set<String> keys() { return Set.of(); }
            public AuditSink create(Context context) { return AuditSink.none(); }
            """);

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(jar), List.of()))
        .hasMessage(
            "the audit sink in %s cannot be loaded: no name; take that jar off the module path, or add what it needs"
                .formatted(jar));
  }

  @Test
  void aProviderWhoseConstructorThrows_isNamedWithItsJar() throws IOException {
    var jar =
        ProviderJar.sink(
            folder,
            "broken.sink",
            "public Provider() { throw new IllegalStateException(); }"
                + ProviderJar.body("broken", "", "return AuditSink.none();"));

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(jar), List.of()))
        .hasMessageStartingWith("the audit sink in " + jar + " cannot be loaded: ")
        .hasMessageEndingWith("; take that jar off the module path, or add what it needs");
  }

  @Test
  void aProviderWhoseJarLacksAClass_isNamedWithItsJar() throws IOException {
    var jar =
        ProviderJar.sink(
            folder,
            "lacking.sink",
            ProviderJar.body("lacking", "", "new Missing(); return AuditSink.none();"));

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(jar), List.of()))
        .hasMessage(
            "the audit sink lacking (%s) could not be made: NoClassDefFoundError lacking/sink/Missing;"
                    .formatted(jar)
                + " mend what it says, or choose another audit sink in pluginmgr.yaml");
  }

  @Test
  void twoProvidersOfOneName_areBothNamed() throws IOException {
    var first = good("first.sink", "one");
    var second = good("second.sink", "one");

    assertThatThrownBy(
            () -> discover(config(Map.of()), ProviderJar.layer(first, second), List.of()))
        .message()
        .startsWith("two jars bring the same audit sink, one: ")
        .contains(first.toString(), second.toString())
        .endsWith("; take one of them off the module path");
  }

  private Path failsToClose(String throwable) throws IOException {
    return ProviderJar.sink(
        folder,
        "first.sink",
        ProviderJar.body(
            "one",
            "",
            """
            return new AuditSink() {
              public void record(AuditRecord r) {}
              public void close() { throw new %s("closed"); }
            };
            """
                .formatted(throwable)));
  }

  @Test
  void whatWasMadeBeforeAFailure_isClosed() throws IOException {
    var good = failsToClose("IllegalStateException");
    var bad = ProviderJar.sink(folder, "second.sink", ProviderJar.body("two", "", "return null;"));

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(good, bad), List.of()))
        .hasMessage(
            "the audit sink two (%s) made nothing; take its jar off the module path, or ask its author for one that works"
                .formatted(bad))
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("closed"));
  }

  @Test
  void whatWasMadeBeforeAnError_isClosed_andTheErrorIsToldWithItsJar() throws IOException {
    var good = failsToClose("AssertionError");
    var bad =
        ProviderJar.sink(
            folder,
            "second.sink",
            ProviderJar.body("two", "", "throw new AssertionError(\"no queue\");"));

    assertThatThrownBy(() -> discover(config(Map.of()), ProviderJar.layer(good, bad), List.of()))
        .isInstanceOf(ProvidersFailed.class)
        .hasMessageStartingWith("the audit sink two (" + bad + ") could not be made: no queue; ")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("closed"));
  }
}
