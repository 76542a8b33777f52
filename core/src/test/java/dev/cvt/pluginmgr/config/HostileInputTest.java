package dev.cvt.pluginmgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.pluginmgr.Config;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Files made to eat memory or time, all loaded by one JVM with a heap of 64 MB and the usual stack.
 * Each ends in a clear error or in a config.
 */
class HostileInputTest {
  private static final String ROOM = "take out what is no config";
  private static final String TOO_MANY =
      "the file has more than 100000 keys and values, repeated ones counted; " + ROOM;
  private static final String TOO_DEEP = "maps and lists are nested more than 32 deep; " + ROOM;
  private static final String TOO_LARGE = "config.yaml:1:1: the file is larger than 1MiB; " + ROOM;

  /** A file, and what comes of it; {@code null}: no matter what, if it ends. */
  private record Hostile(
      String name, String head, String piece, int times, String tail, @Nullable String outcome) {}

  private static final Hostile NOTHING = new Hostile("100 MB of nothing", "", "", 0, "", TOO_LARGE);

  private static Hostile repeat(String name, String piece, int times, @Nullable String outcome) {
    return new Hostile(name, "", piece, times, "", outcome);
  }

  private static List<Hostile> files() {
    return List.of(
        repeat("a million keys", "k@i: v\n", 1_000_000, TOO_LARGE),
        repeat("as many keys as fit", "k@i:\n", 110_000, "config.yaml:50000:8: " + TOO_MANY),
        new Hostile(
            "as many values as may be",
            "plugins: {a: {binary: ~/.cvt/plugins/x, config: {",
            "k@i: v,",
            49_000,
            "}}}\n",
            "taken 1"),
        new Hostile(
            "secrets that are no keys",
            "plugins: {a: {binary: ~/.cvt/plugins/x, secrets: [",
            "s@i,",
            40_000,
            "], config: {k: v}}}\n",
            "201 problems, config.yaml:1:51: plugins.a.secrets[0]: this is not a key of config:;"
                + " add it to config: or take it out of secrets:"),
        new Hostile(
            "a billion laughs",
            "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n",
            "",
            0,
            laughs(),
            "config.yaml:5:45: " + TOO_MANY),
        new Hostile(
            "one plugin a thousand times",
            "plugins:\n  a: &a {binary: ~/.cvt/plugins/x, config: {" + keys(1_000) + "}}\n",
            "  p@i: *a\n",
            1_000,
            "",
            "config.yaml:51:8: " + TOO_MANY),
        new Hostile(
            "one map merged a thousand times",
            "x: &a {" + keys(1_000) + "}\nplugins:\n",
            "  p@i: {<<: *a}\n",
            1_000,
            "",
            "config.yaml:51:13: " + TOO_MANY),
        new Hostile(
            "plugins by the thousand",
            "plugins:\n",
            "  p@i: {binary: ~/.cvt/plugins/x}\n",
            20_000,
            "",
            "plugins: there are more than 500 plugins; use several homes"),
        repeat("brackets", "[", 1_000_000, "config.yaml:1:34: " + TOO_DEEP),
        repeat("braces", "{a: ", 250_000, "config.yaml:1:130: " + TOO_DEEP),
        repeat("dashes", "- ", 500_000, "config.yaml:1:67: " + TOO_DEEP),
        repeat("question marks", "? ", 500_000, "config.yaml:1:67: " + TOO_DEEP),
        repeat("keys that are lists", "[a]: ", 200_000, null),
        new Hostile("indentation", "", "", 0, stairs(1_300), "config.yaml:33:33: " + TOO_DEEP),
        new Hostile("one plain text", "a: ", "x", 1_000_000, "\n", unknown()),
        new Hostile("one plain text of many lines", "a:\n", " x\n", 300_000, "", unknown()),
        new Hostile("one quoted text", "a: \"", "x", 1_000_000, "\"\n", unknown()),
        new Hostile("one text of escapes", "a: \"", "\\u00e9", 170_000, "\"\n", unknown()),
        new Hostile("one text of line breaks", "a: \"", "\n", 1_000_000, "\"\n", unknown()),
        new Hostile("one folded text", "a: >\n", " x\n\n", 250_000, "", unknown()),
        new Hostile("one key", "", "x", 1_000_000, ": a\n", null),
        new Hostile("one quoted key", "\"", "x", 1_000_000, "\": a\n", null),
        repeat("comments", "# x\n", 240_000, "taken 0"),
        repeat("blank lines", "\n", 1_000_000, "taken 0"),
        repeat("blanks", " ", 1_000_000, "taken 0"),
        repeat("tabs", "\t", 1_000_000, "taken 0"),
        repeat(
            "documents",
            "---\n",
            240_000,
            "config.yaml:2:1: a second document begins here; keep one document: take out the ---"
                + " and what does not belong to it"),
        new Hostile(
            "directives", "", "%TAG !a@i! tag:a\n", 50_000, "---\na: b\n", unknown("50002")),
        new Hostile("anchors", "a: [", "&a@i x,", 49_000, "]\n", unknown()),
        new Hostile("aliases", "a: &x y\nb: [", "*x,", 40_000, "]\n", "2 problems, " + unknown()),
        new Hostile(
            "colons",
            "a: ",
            ":",
            1_000_000,
            "\n",
            "config.yaml:1:1000003: a colon stands where no key can end; put a text that holds a"
                + " colon and a space in quotes, or mend the indentation"),
        new Hostile("commas", "a: [", ",", 1_000_000, "]\n", null),
        new Hostile("open quotes", "", "\"", 1_000_000, "", null),
        new Hostile(
            "half interpolations",
            "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: '",
            "${",
            500_000,
            "'}}}",
            "config.yaml:1:53: plugins.a.config.k: a ${ in the value has no }; close it, as in"
                + " ${NAME}; text with a ${ of its own can come from a variable"),
        new Hostile(
            "unset variables",
            "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: '",
            "${a@i}",
            100_000,
            "'}}}",
            "201 problems, config.yaml:1:53: plugins.a.config.k: the environment variable a0 is not"
                + " set, or empty, and has no default; set it, or write ${a0:-default}"),
        new Hostile(
            "a large variable in each of many values",
            "plugins: {a: {binary: ~/.cvt/plugins/x, config: {",
            "k@i: '${LARGE}',",
            40_000,
            "}}}",
            "201 problems, config.yaml:1:1053: plugins.a.config.k63: values with variables come to"
                + " more than 8388608 characters; use large ones fewer times"),
        new Hostile(
            "a large value repeated in many values",
            "plugins: {a: {binary: ~/.cvt/plugins/x, config: {k: &a '",
            "x",
            400_000,
            "'" + repeated(30_000) + "}}}\n",
            "config.yaml:1:400206: aliases repeat texts that come to more than 8388608 characters; "
                + ROOM),
        new Hostile(
            "secrets of 4 KB",
            "plugins: {a: {binary: ~/.cvt/plugins/x, secrets: [k0, k1, k2], config: {",
            "k@i: 'hushhush-@i" + "\\/\"<&=%,;é".repeat(400) + "',",
            3,
            "}}}\n",
            "taken 1"),
        new Hostile("secrets of 16 KB", "plugins:\n", "", 0, longSecrets(12), "taken 12"),
        new Hostile(
            "a secret of 20 KB",
            "plugins: {a: {binary: ~/.cvt/plugins/x, secrets: [k], config: {k: '",
            "hushhush",
            2_500,
            "'}}}",
            "config.yaml:1:67: plugins.a.config.k: the secret is longer than 16384 characters; keep"
                + " large things in a file of the plugin's own"),
        repeat(
            "unknown keys",
            "timeot@i: v\n",
            40_000,
            "201 problems, config.yaml:1:1: timeot0: there is no such key; take it out"));
  }

  private static String unknown() {
    return unknown("1");
  }

  private static String unknown(String line) {
    return "config.yaml:" + line + ":1: a: there is no such key; take it out";
  }

  private static String keys(int count) {
    return Stream.iterate(0, i -> i + 1)
        .limit(count)
        .map(i -> "k" + i + ": v")
        .collect(Collectors.joining(","));
  }

  private static String repeated(int times) {
    return Stream.iterate(0, i -> i + 1)
        .limit(times)
        .map(i -> ",k" + i + ": *a")
        .collect(Collectors.joining());
  }

  private static String laughs() {
    var out = new StringBuilder();
    for (var level = 1; level < 10; level++) {
      out.append("a").append(level).append(": &a").append(level).append(" [");
      out.append(("*a" + (level - 1) + ", ").repeat(10)).append("]\n");
    }
    return out.toString();
  }

  private static String stairs(int steps) {
    var out = new StringBuilder();
    for (var i = 0; i < steps; i++) {
      out.append(" ".repeat(i)).append("a:\n");
    }
    return out.toString();
  }

  private static String longSecrets(int count) {
    var out = new StringBuilder();
    for (var i = 0; i < count; i++) {
      out.append("  p")
          .append(i)
          .append(": {binary: ~/.cvt/plugins/x, secrets: [k], config: {k: 'hushhush");
      out.append(("\\/\"" + i + "é").repeat(1_900)).append("'}}\n");
    }
    return out.toString();
  }

  @TempDir static Path folder;
  private static final Map<String, String> OUTCOMES = new HashMap<>();

  @BeforeAll
  static void loadAll() throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        Stream.of(Config.class, HostileLoad.class, LoadSettings.class)
            .map(HostileInputTest::place)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(HostileLoad.class.getName());
    for (var hostile : files()) {
      var file = folder.resolve(hostile.name()).resolve("config.yaml");
      HostileLoad.write(file, hostile.head(), hostile.piece(), hostile.times(), hostile.tail());
      command.add(file.getParent().toString());
    }
    var sparse = folder.resolve(NOTHING.name()).resolve("config.yaml");
    Files.createDirectories(sparse.getParent());
    try (var channel =
        FileChannel.open(sparse, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[1]), 100 << 20);
    }
    command.add(sparse.getParent().toString());
    var output = folder.resolve("output");
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("all are loaded").isTrue();
    } finally {
      process.destroyForcibly();
    }
    for (var line : Files.readAllLines(output)) {
      var parts = line.split("\t", 2);
      OUTCOMES.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
  }

  private static String place(Class<?> type) {
    return Path.of(
            java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void hostileFile_endsWithinBounds(Hostile hostile) throws IOException {
    var outcome = OUTCOMES.get(hostile.name());

    assertThat(outcome).isNotNull();
    if (hostile.outcome() != null) {
      assertThat(outcome).isEqualTo(hostile.outcome());
    } else {
      assertThat(outcome).startsWith("config.yaml:");
    }
  }

  @Test
  void hundredMegabytesOfNothing_areNotRead() throws IOException {
    hostileFile_endsWithinBounds(NOTHING);
  }
}
