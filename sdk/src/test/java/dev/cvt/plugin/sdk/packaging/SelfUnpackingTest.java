package dev.cvt.plugin.sdk.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script before a runtime. The runtime is a shell script of its own, which tells what it got.
 */
@Timeout(60)
class SelfUnpackingTest {

  private static final String JAVA =
      """
      #!/bin/sh
      [ -z "$FAKE_PRINTS" ] || env
      printf '%s\\n' "$0" "$@"
      """;

  @TempDir Path folder;

  private Path home;
  private Path plugin;
  private Path cache;

  @BeforeEach
  void pack() throws IOException {
    home = Files.createDirectory(folder.resolve("a home"));
    cache = home.resolve(".cache/cvt-plugin");
    plugin = pack("cvt-plugin-fake", List.of("-Da=b c", "-De='f'"));
  }

  private Path pack(String name, List<String> options) throws IOException {
    Path runtime = folder.resolve("runtime of " + name);
    Files.createDirectories(runtime.resolve("bin"));
    Files.createDirectories(runtime.resolve("lib/server"));
    Path java = Files.writeString(runtime.resolve("bin/java"), JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(runtime.resolve("lib/modules"), "classes ".repeat(100_000));
    Files.setLastModifiedTime(
        runtime.resolve("lib/modules"), FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    Files.writeString(runtime.resolve("lib/server/libjvm.so"), "jvm");
    Files.writeString(runtime.resolve("lib/plugin.aot"), "cache");
    Path file = folder.resolve(name);
    new SelfUnpacking(name, "a.module/a.module.Main$Inner", options, true)
        .write(runtime, folder.resolve("payload"), file);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** What came of a run. */
  private record Ran(int code, String stdout, String stderr) {}

  private Ran run(Map<String, String> environment, String... arguments) throws Exception {
    return run(List.of(), environment, arguments);
  }

  private Ran run(List<String> before, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(plugin.toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    CompletableFuture<String> stderr =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return process.errorReader().readAllAsString();
              } catch (IOException e) {
                return "unreadable: " + e;
              }
            });
    String stdout = process.inputReader().readAllAsString();
    return new Ran(process.waitFor(), stdout, stderr.get(30, TimeUnit.SECONDS));
  }

  private Map<String, String> hosted(String... more) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", home.toString());
    environment.put("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1");
    for (int at = 0; at < more.length; at += 2) {
      environment.put(more[at], more[at + 1]);
    }
    return environment;
  }

  private List<Path> entries(Path inside) throws IOException {
    try (Stream<Path> entries = Files.list(inside)) {
      return entries.sorted().toList();
    }
  }

  /** The one unpacked tree. */
  private Path tree() throws IOException {
    List<Path> payloads = entries(cache);
    assertThat(payloads).hasSize(1);
    List<Path> trees =
        entries(payloads.getFirst()).stream()
            .filter(path -> path.getFileName().toString().startsWith("tree."))
            .toList();
    assertThat(trees).hasSize(1);
    assertThat(entries(payloads.getFirst())).hasSize(2); // and the name of the current one
    return trees.getFirst();
  }

  private void assertRuns(Ran ran) throws IOException {
    assertThat(ran.stderr()).isEmpty();
    assertThat(ran.stdout()).startsWith(tree() + "/bin/java\n");
    assertThat(ran.code()).isZero();
  }

  @Test
  void started_by_a_person_it_explains_itself_and_unpacks_nothing() throws Exception {
    Ran ran = run(Map.of("PATH", System.getenv("PATH"), "HOME", home.toString()));
    assertThat(ran)
        .isEqualTo(
            new Ran(
                1,
                "",
                """
                cvt-plugin-fake is a plugin of CVT and is not meant to be executed directly: CVT starts it.
                Install it with "cvt plugins install PATH" or "cvt-plugins install PATH", and name it
                in ~/.cvt/config.yaml.
                """));
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void the_first_start_unpacks_for_the_owner_alone_and_runs_with_all_options() throws Exception {
    Ran ran = run(hosted("TMPDIR", "/tmp/with a blank"), "one", "two words");
    Path tree = tree();
    assertThat(ran)
        .isEqualTo(
            new Ran(
                0,
                String.join(
                        "\n",
                        tree + "/bin/java",
                        "-XX:AOTCache=" + tree + "/lib/plugin.aot",
                        "-Djava.io.tmpdir=/tmp/with a blank",
                        "-Da=b c",
                        "-De='f'",
                        "-m",
                        "a.module/a.module.Main$Inner",
                        "one",
                        "two words")
                    + "\n",
                ""));
    for (Path closed : List.of(cache, tree.getParent(), tree, tree.resolve("lib"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(closed)))
          .isEqualTo("rwx------");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(tree.resolve("lib/modules"))))
        .isEqualTo("rw-------");
    // The JVM refuses a recorded start where this has changed.
    assertThat(Files.getLastModifiedTime(tree.resolve("lib/modules")).toInstant())
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Test
  void later_starts_run_what_is_there() throws Exception {
    assertRuns(run(hosted()));
    Path tree = tree();
    assertRuns(run(hosted()));
    assertThat(tree()).isEqualTo(tree);
  }

  @Test
  void another_packing_has_a_tree_of_its_own() throws Exception {
    assertRuns(run(hosted()));
    Path first = tree();
    plugin = pack("cvt-plugin-other", List.of());
    Files.writeString(folder.resolve("runtime of cvt-plugin-other/lib/modules"), "other");
    new SelfUnpacking("cvt-plugin-other", "m/M", List.of(), false)
        .write(folder.resolve("runtime of cvt-plugin-other"), folder.resolve("payload"), plugin);
    Ran ran = run(hosted());
    assertThat(ran.stdout()).doesNotContain("AOTCache").endsWith("-m\nm/M\n");
    assertThat(entries(cache)).hasSize(2);
    assertThat(first).isDirectory();
  }

  @Test
  void the_same_folder_packs_to_the_same_bytes() throws Exception {
    Path again = folder.resolve("again");
    new SelfUnpacking(
            "cvt-plugin-fake", "a.module/a.module.Main$Inner", List.of("-Da=b c", "-De='f'"), true)
        .write(folder.resolve("runtime of cvt-plugin-fake"), folder.resolve("payload"), again);
    assertThat(again).hasSameBinaryContentAs(plugin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf X >>lib/modules",
        "printf X | dd of=lib/modules bs=1 seek=5 conv=notrunc 2>/dev/null",
        "echo >lib/server/libjvm.so",
        "rm lib/plugin.aot",
        "rm lib/plugin.aot && ln -s modules lib/plugin.aot",
        "touch lib/more.so",
        "touch 'lib/a blank'",
        "rm lib/plugin.aot && touch lib/plugin.aoT",
        "ln -s /tmp lib/link",
        "mkfifo lib/pipe",
        "rm -r lib",
        "mv lib/modules lib/x && mv lib/plugin.aot lib/modules && mv lib/x lib/plugin.aot",
      })
  void a_tree_that_was_touched_is_told_and_replaced_and_never_runs(String touch) throws Exception {
    assertRuns(run(hosted()));
    Path touched = tree();
    assertThat(new ProcessBuilder("sh", "-c", touch).directory(touched.toFile()).start().waitFor())
        .isZero();
    Ran ran = run(hosted());
    assertThat(ran.stderr())
        .isEqualTo(
            "[WARN] cvt-plugin-fake: the runtime in "
                + touched
                + " is not the one that was packed: it is unpacked anew\n");
    assertThat(ran.code()).isZero();
    assertThat(tree()).isNotEqualTo(touched);
    assertThat(ran.stdout()).startsWith(tree() + "/bin/java\n");
    assertRuns(run(hosted()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../outside", "", "tree.1", "1;2", ". ..", "/tmp", "99.9"})
  void a_pointer_that_leads_elsewhere_is_not_followed(String pointer) throws Exception {
    assertRuns(run(hosted()));
    Path current = tree().resolveSibling("current");
    Files.writeString(current, pointer + "\n");
    Ran ran = run(hosted());
    assertThat(ran.code()).isZero();
    assertThat(Path.of(ran.stdout().lines().findFirst().orElseThrow())).startsWith(cache);
    assertRuns(run(hosted()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-x---", "rwx-----x", "rwxrwxrwx"})
  void folders_that_others_may_enter_are_refused(String mode) throws Exception {
    assertRuns(run(hosted()));
    Path payload = tree().getParent();
    for (Path loose : List.of(cache, payload)) {
      Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString(mode));
      assertThat(run(hosted()))
          .isEqualTo(
              new Ran(
                  1,
                  "",
                  "[ERROR] cvt-plugin-fake: "
                      + payload
                      + " and the folder above it must belong to this user and be closed to all"
                      + " others; remove them, or set CVT_PLUGIN_CACHE to another folder\n"));
      Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void a_folder_of_another_user_is_refused() throws Exception {
    assertRuns(run(hosted()));
    Path payload = tree().getParent();
    assumeTrue(
        new ProcessBuilder("chown", "nobody", payload.toString()).start().waitFor() == 0,
        "only root can give a folder to another user");
    assertThat(run(hosted()).stderr()).contains("must belong to this user");
  }

  @Test
  void folders_that_are_links_are_refused() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    Files.createDirectories(cache.getParent());
    Files.createSymbolicLink(cache, elsewhere);
    Ran ran = run(hosted());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr()).contains("must belong to this user");
  }

  @Test
  void without_a_home_it_says_what_to_set() throws Exception {
    Map<String, String> homeless = hosted();
    homeless.remove("HOME");
    assertThat(run(homeless))
        .isEqualTo(
            new Ran(
                1,
                "",
                "[ERROR] cvt-plugin-fake: HOME is not set, so that there is no place for the"
                    + " runtime; have the host set HOME, or CVT_PLUGIN_CACHE to a folder\n"));
    homeless.put("CVT_PLUGIN_CACHE", folder.resolve("my cache").toString());
    assertThat(run(homeless).code()).isZero();
    assertThat(entries(folder.resolve("my cache"))).hasSize(1);
    homeless.put("CVT_PLUGIN_CACHE", "relative");
    assertThat(run(homeless).stderr())
        .isEqualTo(
            "[ERROR] cvt-plugin-fake: the folder for the runtime, relative, is not absolute; set"
                + " HOME or CVT_PLUGIN_CACHE to an absolute path\n");
  }

  @Test
  void a_home_where_nothing_can_be_made_is_told() throws Exception {
    Ran ran = run(hosted("HOME", "/dev/null"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr())
        .startsWith("[ERROR] cvt-plugin-fake: cannot make the folder for the runtime: ")
        .endsWith("; make it possible, or set CVT_PLUGIN_CACHE to another folder\n");
  }

  @Test
  void a_cache_right_below_the_root_of_the_disk_is_used() throws Exception {
    // Where it is there already. Nothing can be made in this one, so that nothing is left behind.
    Ran ran = run(hosted("CVT_PLUGIN_CACHE", "/proc"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr()).contains("cannot make the folder for the runtime: ", "/proc/");
  }

  /** Runs the plugin where a disk of that kind, which nobody else sees, holds the cache. */
  private Ran runOnDisk(String options) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> mounting =
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o " + options + " none \"$0\" && exec \"$@\"",
            disk.toString());
    List<String> trial = new ArrayList<>(mounting);
    trial.add("true");
    assumeTrue(
        Tool.exists("unshare") && new ProcessBuilder(trial).start().waitFor() == 0,
        "only root can mount a disk for this test");
    return run(mounting, hosted("CVT_PLUGIN_CACHE", disk + "/cache"));
  }

  @Test
  void a_disk_that_forbids_execution_is_told() throws Exception {
    Ran ran = runOnDisk("noexec");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr())
        .matches(
            "\\[ERROR] cvt-plugin-fake: .*/bin/java cannot be executed: the disk is mounted noexec,"
                + " by all evidence; set CVT_PLUGIN_CACHE to a folder on another disk\n");
  }

  @Test
  void a_disk_that_cannot_be_written_to_is_told() throws Exception {
    Ran ran = runOnDisk("ro");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr())
        .startsWith("[ERROR] cvt-plugin-fake: cannot make the folder for the runtime: ")
        .contains("Read-only file system")
        .endsWith("; make it possible, or set CVT_PLUGIN_CACHE to another folder\n");
  }

  @Test
  void a_disk_that_is_full_is_told_and_leaves_nothing_but_folders() throws Exception {
    Ran ran = runOnDisk("size=64k");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr())
        .startsWith("[ERROR] cvt-plugin-fake: the runtime cannot be unpacked into ")
        .contains("No space left on device")
        .endsWith("; check the space on that disk, or install the plugin anew\n");
  }

  @Test
  void a_file_that_was_cut_short_is_told_and_leaves_nothing() throws Exception {
    byte[] whole = Files.readAllBytes(plugin);
    Files.write(plugin, Arrays.copyOf(whole, whole.length - 200));
    Ran ran = run(hosted());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.stderr())
        .contains("[ERROR] cvt-plugin-fake: the runtime cannot be unpacked into ")
        .endsWith("; check the space on that disk, or install the plugin anew\n");
    assertThat(entries(entries(cache).getFirst())).isEmpty();
  }

  @Test
  void many_first_starts_at_once_all_run_from_one_tree() throws Exception {
    List<CompletableFuture<Ran>> starts = new ArrayList<>();
    for (int start = 0; start < 8; start++) {
      starts.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return run(hosted());
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> Thread.ofPlatform().start(task)));
    }
    List<Ran> ran = new ArrayList<>();
    for (CompletableFuture<Ran> start : starts) {
      ran.add(start.get(60, TimeUnit.SECONDS));
    }
    for (Ran one : ran) {
      assertRuns(one);
    }
  }

  @Test
  void a_start_that_was_killed_half_way_is_cleaned_up_after() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    assertRuns(run(hosted()));
    Path payload = tree().getParent();
    Files.delete(payload.resolve("current"));
    Files.createDirectories(payload.resolve("tree." + dead.pid() + ".0/lib"));
    Files.createDirectory(payload.resolve("lock"));
    Files.writeString(payload.resolve("lock/owner"), dead.pid() + "\n");
    Ran ran = run(hosted());
    assertThat(ran.code()).isZero();
    assertRuns(run(hosted()));
  }

  /** A host gives a start five seconds. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_lock_that_nobody_will_ever_give_back_is_not_waited_for_longer_than_a_host_waits(
      boolean named) throws Exception {
    assertRuns(run(hosted()));
    Path payload = tree().getParent();
    Files.delete(payload.resolve("current"));
    Files.createDirectory(payload.resolve("lock"));
    if (named) { // the number of one who was killed, which somebody else has by now
      Files.writeString(payload.resolve("lock/owner"), ProcessHandle.current().pid() + "\n");
    }
    Path tools = Files.createDirectory(folder.resolve("tools"));
    Path pauses = folder.resolve("pauses");
    Path sleep = Files.writeString(tools.resolve("sleep"), "#!/bin/sh\necho $1 >>" + pauses + "\n");
    Files.setPosixFilePermissions(sleep, PosixFilePermissions.fromString("rwx------"));
    assertRuns(run(hosted("PATH", tools + ":" + System.getenv("PATH"))));
    assertThat(Files.readAllLines(pauses)).containsOnly("0.1").hasSizeLessThan(30);
  }

  @Test
  void the_plugin_gets_the_hosts_variables_less_those_for_other_jvms() throws Exception {
    Map<String, String> given =
        hosted(
            "FAKE_PRINTS", "yes",
            "JAVA_TOOL_OPTIONS", "-Dx=y",
            "JDK_JAVA_OPTIONS", "-Dx=y",
            "_JAVA_OPTIONS", "-Dx=y",
            "CLASSPATH", "/x");
    Ran ran = run(given);
    List<String> names =
        ran.stdout()
            .lines()
            .takeWhile(line -> !line.startsWith("/"))
            .map(line -> line.substring(0, line.indexOf('=')))
            // What the shells themselves set; the one of this script exports nothing new.
            .filter(name -> !List.of("PWD", "OLDPWD", "SHLVL", "_").contains(name))
            .toList();
    assertThat(names)
        // No locale is given here, and without one Java would know ASCII names alone.
        .containsExactlyInAnyOrder(
            "PATH", "HOME", "CVT_PLUGIN_MAGIC_COOKIE", "FAKE_PRINTS", "LC_CTYPE");
    assertThat(ran.stdout()).contains("LC_CTYPE=C.UTF-8\n");
  }

  @Test
  void options_of_ones_own_come_last_and_are_split_at_blanks() throws Exception {
    assertThat(run(hosted("CVT_PLUGIN_JAVA_OPTIONS", "-Xmx1g  -Dglob=*")).stdout())
        .contains("\n-De='f'\n-Xmx1g\n-Dglob=*\n-m\n");
  }

  @Test
  void it_runs_through_a_link_and_by_a_relative_path() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("linked name"), plugin);
    plugin = link;
    assertRuns(run(hosted()));
    plugin = Path.of("./linked name");
    assertRuns(run(List.of("env", "-C", folder.toString()), hosted()));
  }

  @Test
  void every_shell_and_every_hashing_program_at_hand_does() throws Exception {
    int combinations = 0;
    for (String shell : List.of("dash", "bash", "busybox sh", "ksh", "mksh", "zsh --emulate sh")) {
      for (String hashing : List.of("openssl", "sha256sum", "shasum")) {
        List<String> words = new ArrayList<>(List.of(shell.split(" ", -1)));
        if (!Tool.exists(words.getFirst()) || !Tool.exists(hashing)) {
          continue;
        }
        combinations++;
        Path tools = Files.createDirectory(folder.resolve("tools " + shell + hashing));
        for (String tool :
            List.of(
                hashing, "sh", "env", "cat", "find", "tail", "gzip", "tar", "mkdir", "mv", "rm",
                "sleep", "perl", "printf")) {
          if (Tool.exists(tool)) {
            lend(tools, tool);
          }
        }
        home = Files.createDirectory(folder.resolve("home " + shell + hashing));
        cache = home.resolve(".cache/cvt-plugin");
        words.set(0, find(words.getFirst()));
        assertRuns(run(words, hosted("PATH", tools.toString())));
        assertRuns(run(words, hosted("PATH", tools.toString())));
      }
    }
    assertThat(combinations).isPositive();
  }

  private static void lend(Path tools, String tool) throws IOException {
    Path script =
        Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + find(tool) + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String find(String program) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .map(part -> Path.of(part, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow()
        .toString();
  }

  @Test
  void a_missing_tool_is_named() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : List.of("sh", "cat", "find", "tail", "tar")) {
      lend(tools, tool);
    }
    assertThat(run(hosted("PATH", tools.toString())))
        .isEqualTo(
            new Ran(
                1,
                "",
                "[ERROR] cvt-plugin-fake: there is no gzip, and the runtime cannot be unpacked"
                    + " without; install it, or add its folder to PATH\n"));
    assertThat(Files.exists(cache, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }
}
