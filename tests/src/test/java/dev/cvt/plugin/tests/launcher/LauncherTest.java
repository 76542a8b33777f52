package dev.cvt.plugin.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvt.plugin.tests.peers.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher of a checkout: when it builds, what it says, and that it never runs a stale image.
 */
final class LauncherTest {

  @TempDir private Path folder;
  private Checkout checkout;

  @BeforeEach
  void make() throws IOException {
    checkout = Checkout.in(folder);
  }

  @Test
  void image_none_isBuiltWithoutTestsAndRun() throws IOException {
    var run = checkout.run("list", "--json").run().ok();
    assertThat(run.out()).isEqualTo("made from 1\nword list\nword --json\n");
    assertThat(run.err())
        .isEqualTo(
            """
            building cvt-plugins: [1/1] pluginmgr
            building cvt-plugins: linking the image
            """);
    assertThat(checkout.root().resolve("builds"))
        .hasContent("-B package -pl cli -am -Dmaven.test.skip=true\n");
  }

  @Test
  void image_current_isRunAtOnceAndSaysNothing() throws IOException {
    checkout.run().run().ok();
    var run = checkout.run("two words", "", "*").run().ok();
    assertThat(run.out()).isEqualTo("made from 1\nword two words\nword \nword *\n");
    assertThat(run.err()).isEmpty();
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void source_changed_isBuiltAgain() throws IOException {
    checkout.run().run().ok();
    checkout.source("core/src/main/java/A.java", "2");
    assertThat(checkout.run().run().ok().out()).isEqualTo("made from 2\n");
    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void source_ofAnOlderCommit_isBuiltAgain() throws IOException {
    Path source = checkout.root().resolve("core/src/main/java/A.java");
    checkout.run().run().ok();
    checkout.source("core/src/main/java/A.java", "0");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    assertThat(checkout.run().run().ok().out()).isEqualTo("made from 0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"core/src/main/java/B.java", "examples/new/pom.xml"})
  void source_added_isBuiltAgainAndRemovedAgain(String path) throws IOException {
    checkout.run().run().ok();
    checkout.source(path, "");
    checkout.run().run().ok();
    Files.delete(checkout.root().resolve(path));
    checkout.run().run().ok();
    assertThat(checkout.builds()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "core/src/test/java/ATest.java",
        "tests/src/test/java/A.java",
        "core/target/src/A.java",
        "docs/src/page.md",
        "README.md"
      })
  void file_withNoPartInTheImage_isNoReason(String path) throws IOException {
    checkout.run().run().ok();
    checkout.source(path, "");
    checkout.run().run().ok();
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void source_touched_isNoReason() throws IOException {
    checkout.run().run().ok();
    Files.setLastModifiedTime(
        checkout.root().resolve("core/src/main/java/A.java"),
        FileTime.from(Instant.now().plusSeconds(60)));
    checkout.run().run().ok();
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void image_relinkedByHandMeanwhile_isNotTakenForOurs() throws IOException {
    checkout.run().run().ok();
    checkout.source("cli/target/image.inputs", "of other sources");
    checkout.run().run().ok();
    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void source_savedDuringTheBuild_isBuiltNextTime() throws IOException {
    Path mvn = folder.resolve("bin/mvn");
    Files.writeString(
        mvn,
        Files.readString(mvn)
            + "\n[ -e saved ] || printf 2 >core/src/main/java/A.java; : >saved\n");
    assertThat(checkout.run().run().ok().out()).isEqualTo("made from 1\n");
    assertThat(checkout.run().run().ok().out()).isEqualTo("made from 2\n");
    assertThat(checkout.builds()).isEqualTo(2);
  }

  @Test
  void build_failing_runsNothingAndKeepsNoOldImage() throws IOException {
    checkout.run().run().ok();
    checkout.source("core/src/main/java/A.java", "2");
    checkout.mvn("echo '[INFO] so far'; echo '[ERROR] broken'; exit 1");
    for (int i = 0; i < 2; i++) {
      var run = checkout.run().run();
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .isEqualTo(
              "[ERROR] broken\ncvt-plugins: the build failed; all of its output is in "
                  + checkout.root().resolve("cli/target/launcher.log")
                  + "\n");
    }
  }

  @Test
  void build_hasNoStandardInput() throws IOException {
    Path mvn = folder.resolve("bin/mvn");
    Files.writeString(mvn, Files.readString(mvn) + "\ncat >read\n");
    checkout.run().given("for the command").run().ok();
    assertThat(checkout.root().resolve("read")).isEmptyFile();
  }

  @Test
  void links_toIt_areFollowedFromAnyFolder() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("else where"));
    Path direct = Files.createSymbolicLink(elsewhere.resolve("direct"), checkout.launcher());
    Path relative =
        Files.createSymbolicLink(
            elsewhere.resolve("relative"), Path.of("../a checkout/cvt-plugins"));
    Path twice = Files.createSymbolicLink(elsewhere.resolve("twice"), Path.of("relative"));
    for (Path link : List.of(direct, relative, twice)) {
      assertThat(checkout.run(link, "x").in(elsewhere).run().ok().out())
          .isEqualTo("made from 1\nword x\n");
    }
    var fromPath =
        new Program(
            List.of("sh", "-c", "twice x"),
            checkout.run().environment(),
            Path.of("/"),
            "",
            checkout.run().limit());
    assertThat(
            fromPath
                .with("PATH", elsewhere + ":" + checkout.run().environment().get("PATH"))
                .run()
                .ok()
                .out())
        .isEqualTo("made from 1\nword x\n");
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void twoAtOnce_buildOnce() throws Exception {
    Path mvn = folder.resolve("bin/mvn");
    // The first build ends only once the second launcher waits for it.
    Files.writeString(
        mvn,
        Files.readString(mvn)
            + """

            i=0
            while [ ! -e ../waiting ] && [ $i -lt 600 ]; do i=$((i + 1)); sleep 0.1; done
            """);
    Process first = checkout.run("1").start();
    try (var firstErr = first.errorReader()) {
      assertThat(firstErr.readLine()).isEqualTo("building cvt-plugins: [1/1] pluginmgr");
      Process second = checkout.run("2").start();
      try (var secondErr = second.errorReader()) {
        assertThat(secondErr.readLine())
            .isEqualTo("building cvt-plugins: another one is at it, waiting");
        Files.createFile(folder.resolve("waiting"));
        assertThat(second.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(second.exitValue()).isZero();
      } finally {
        second.destroy();
      }
      assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(first.exitValue()).isZero();
    } finally {
      first.destroy();
    }
    assertThat(checkout.builds()).isEqualTo(1);
  }

  /** Classes that a killed compiler has left are newer than their sources. */
  @Test
  void build_interrupted_isBegunAnewFromTheSources() throws IOException {
    Path mvn = folder.resolve("bin/mvn");
    String whole = Files.readString(mvn);
    checkout.source("core/target/kept", "");
    checkout.source("core/target/classes/A.class", "half");
    checkout.source("core/target/maven-status/lists", "");
    checkout.mvn("exit 130");
    assertThat(checkout.run().run().exit()).isEqualTo(1);
    Files.writeString(mvn, whole);
    checkout.run().run().ok();
    assertThat(checkout.root().resolve("core/target"))
        .isDirectoryNotContaining("glob:**{classes,status}");
    assertThat(checkout.root().resolve("core/target/kept")).exists();

    checkout.source("core/target/classes/A.class", "whole");
    checkout.source("core/src/main/java/A.java", "2");
    checkout.run().run().ok();
    assertThat(checkout.root().resolve("core/target/classes/A.class")).exists();
  }

  @Test
  void withoutFlock_aMakerThatIsGoneIsTakenOverAndASignalEndsIt() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("few"));
    for (String tool :
        List.of(
            "sh",
            "find",
            "sort",
            "cksum",
            "cat",
            "readlink",
            "mkdir",
            "rm",
            "ln",
            "head",
            "tail",
            "tee",
            "grep",
            "chmod",
            "sleep")) {
      checkout.script(bin.resolve(tool), "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
    }
    Files.copy(folder.resolve("bin/mvn"), bin.resolve("mvn"), StandardCopyOption.COPY_ATTRIBUTES);
    Path lock =
        Files.createDirectory(checkout.root().resolve("target")).resolve("launcher.lock.by");
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.createSymbolicLink(lock, Path.of(Long.toString(gone.pid())));
    checkout.run().with("PATH", bin).run().ok();
    assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();

    checkout.source("core/src/main/java/A.java", "2");
    Files.writeString(
        bin.resolve("mvn"),
        """
        #!/bin/sh
        echo '[INFO] Building pluginmgr 0.1.0-SNAPSHOT        [1/1]'
        i=0
        while [ ! -e ../signalled ] && [ $i -lt 600 ]; do i=$((i + 1)); sleep 0.1; done
        """);
    Process run = checkout.run().with("PATH", bin).start();
    try (var err = run.errorReader()) {
      assertThat(err.readLine()).isEqualTo("building cvt-plugins: [1/1] pluginmgr");
      run.destroy();
      Files.createFile(folder.resolve("signalled"));
      assertThat(run.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(run.exitValue()).isEqualTo(143);
    assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void maven_missing_isOneSentence() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("few"));
    for (String tool :
        List.of("sh", "find", "sort", "cksum", "cat", "readlink", "mkdir", "flock")) {
      checkout.script(bin.resolve(tool), "PATH=/usr/bin:/bin exec " + tool + " \"$@\"");
    }
    var run = checkout.run().with("PATH", bin).run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "cvt-plugins: Maven 3.8.7 or later is needed to build it: install it (Debian, Ubuntu:"
                + " apt-get install maven; macOS: brew install maven).\n");
  }

  @Test
  void jdk_missing_isOneSentence() throws IOException {
    checkout.script(checkout.root().resolve(".ci/find-jdk"), "echo 'JDK 25 is needed' >&2; exit 1");
    var run = checkout.run().run();
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("JDK 25 is needed\n");
    assertThat(checkout.builds()).isZero();
  }

  @Test
  void exitCode_isTheCommands() throws IOException {
    Path mvn = folder.resolve("bin/mvn");
    Files.writeString(
        mvn, Files.readString(mvn) + "\necho 'exit 4' >>cli/target/image/bin/cvt-plugins\n");
    assertThat(checkout.run().run().exit()).isEqualTo(4);
  }
}
