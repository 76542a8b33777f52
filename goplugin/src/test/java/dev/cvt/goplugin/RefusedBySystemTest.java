package dev.cvt.goplugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.launch.SocketFolder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the kernel, the loader and the JDK themselves refuse, brought about for real. */
class RefusedBySystemTest extends HostTest {
  private static final String C_LIBRARY = "libc.so.6";

  private StartFailure failure(Path program) {
    return catchThrowableOfType(
        StartFailure.class, () -> host.start(launch(program).build()).close());
  }

  private static Path executable(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private static int run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    return process.waitFor();
  }

  @Test
  void programOnAFileSystemMountedWithNoexec_isTold() throws Exception {
    var point = Files.createDirectory(folder.resolve("mounted")).toRealPath();
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "noexec,size=64k", "tmpfs", point.toString()) == 0,
        "only root may mount a file system");
    try {
      var program = executable(Files.writeString(point.resolve("program"), "#!/bin/sh\n"));
      var failure = failure(program);
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.NOEXEC_MOUNT);
      assertThat(failure.phase()).isEqualTo(Phase.PREFLIGHT);
      assertThat(failure.fact())
          .isEqualTo(program + " lies on " + point + ", which is mounted with noexec");
      assertThat(failure.remedy())
          .isEqualTo("move it to another file system, or mount that one without noexec");
    } finally {
      assertThat(run("umount", point.toString())).isZero();
    }
  }

  /** A real program, in which another library is named in place of the one that it has. */
  @Test
  void programWhoseLibraryIsMissing_isTold() throws Exception {
    var bytes = Files.readString(Path.of("/bin/cat"), StandardCharsets.ISO_8859_1);
    assumeTrue(
        bytes.contains(C_LIBRARY + "\0"), "the programs of this system have no " + C_LIBRARY);
    var program = folder.resolve("cat");
    Files.writeString(
        program,
        bytes.replace("\0" + C_LIBRARY + "\0", "\0libX.so.6\0"),
        StandardCharsets.ISO_8859_1);
    var failure = failure(executable(program));
    assertThat(failure.diagnosis()).isEqualTo(Diagnosis.LIBRARY_MISSING);
    assertThat(failure.phase()).isEqualTo(Phase.FIRST_BYTE);
    assertThat(failure.fact())
        .isEqualTo("it needs the shared library libX.so.6, which is not there");
    assertThat(failure.remedy())
        .isEqualTo("install the library, or a statically linked build of the plugin");
    assertThat(failure.exit()).hasValueSatisfying(exit -> assertThat(exit.code()).hasValue(127));
  }

  /** The program puts itself into a group of processes that may have 32 MiB, and wants more. */
  @Test
  void programKilledForWantOfMemory_isTold() throws Exception {
    var group = memoryGroup();
    try {
      var failure =
          catchThrowableOfType(
              StartFailure.class,
              () ->
                  host.start(
                          launch("eats-memory")
                              .environment(environment(Map.of("GROUP", group.toString())))
                              .build())
                      .close());
      assertThat(failure.diagnosis()).isEqualTo(Diagnosis.OUT_OF_MEMORY);
      assertThat(failure.phase()).isEqualTo(Phase.FIRST_BYTE);
      assertThat(failure.fact())
          .isEqualTo(
              "was killed by SIGKILL (the kernel ran out of memory while it lived) before its"
                  + " handshake line");
      assertThat(failure.remedy()).isEqualTo("give it, or the container it runs in, more memory");
      assertThat(failure.exit())
          .hasValueSatisfying(exit -> assertThat(exit.outOfMemory()).isTrue());
    } finally {
      Files.delete(group);
    }
  }

  private static Path memoryGroup() throws IOException {
    var limits =
        Map.of(
            Path.of("/sys/fs/cgroup"), "memory.max",
            Path.of("/sys/fs/cgroup/memory"), "memory.limit_in_bytes");
    for (var root : limits.keySet()) {
      if (!Files.isWritable(root) || !Files.exists(root.resolve("cgroup.procs"))) {
        continue;
      }
      var group = Files.createDirectory(root.resolve("goplugin-test-" + UUID.randomUUID()));
      var limit = group.resolve(Objects.requireNonNull(limits.get(root)));
      if (Files.exists(limit)) {
        Files.writeString(limit, "33554432");
        for (var name : List.of("memory.swap.max", "memory.swappiness")) {
          if (Files.exists(group.resolve(name))) {
            Files.writeString(group.resolve(name), "0");
          }
        }
        return group;
      }
      Files.delete(group);
    }
    return abort("only root may limit the memory of processes, and where cgroups are mounted");
  }

  /**
   * A JDK under a running program was replaced: here one whose helper is of another version, as far
   * as can be told, since it refuses.
   */
  @Test
  void jdkReplacedUnderARunningHost_isTold() throws Exception {
    var jdk = jdkWithHelper("#!/bin/sh\nexit 1\n");
    var process =
        new ProcessBuilder(
                jdk.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                OrphanTest.classPath(),
                HostMain.class.getName(),
                program("serves").toString(),
                Files.createDirectory(folder.resolve("other")).toString(),
                "waits")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    process.environment().putAll(environment(Map.of()));
    var started = process.start();
    var said = new String(started.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(started.waitFor()).isEqualTo(1);
    SocketFolder.remove(jdk); // follows no link, and says nothing of each
    assertThat(said)
        .containsPattern(
            "plugin serves did not start: the JDK cannot start any process: Cannot run program"
                + " \"[^\"]+\": Failed to exec spawn helper: pid: \\d+, exit code: 1, error: 0"
                + " \\(none\\); the JDK was probably replaced while this program runs: restart this"
                + " program\n  phase exec; after ");
  }

  /** This JDK, by links, but for what finds itself by its own place, and for the helper. */
  private Path jdkWithHelper(String helper) throws IOException {
    var own = Path.of(System.getProperty("java.home"));
    var jdk = folder.resolve("jdk");
    Files.createDirectories(jdk.resolve("lib/server"));
    Files.createDirectory(jdk.resolve("bin"));
    var copied = List.of("bin/java", "lib/libjli.so", "lib/server/libjvm.so");
    assumeTrue(
        copied.stream().allMatch(name -> Files.exists(own.resolve(name))),
        "this JDK is laid out in another way");
    for (var name : copied) {
      Files.copy(own.resolve(name), jdk.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (var place : List.of("", "lib", "lib/server")) {
      link(own.resolve(place), jdk.resolve(place));
    }
    var broken = jdk.resolve("lib/jspawnhelper");
    Files.delete(broken);
    executable(Files.writeString(broken, helper));
    return jdk;
  }

  private static void link(Path from, Path to) throws IOException {
    for (var entry : new ArrayList<>(entries(from))) {
      var place = to.resolve(new File(entry.toString()).getName());
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(place, entry);
      }
    }
  }
}
