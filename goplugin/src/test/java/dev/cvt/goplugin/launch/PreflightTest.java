package dev.cvt.goplugin.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import dev.cvt.goplugin.diagnosis.Finding;
import dev.cvt.goplugin.diagnosis.Finding.Refusal;
import dev.cvt.goplugin.launch.ProgramFile.Machine;
import dev.cvt.goplugin.posix.Mounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
  private static final int X86_64 = 62;
  private static final int AARCH64 = 183;

  @TempDir Path folder;
  private Path program;
  private Path formats;
  private Preflight preflight;

  @BeforeEach
  void makeMachine() throws IOException {
    program = folder.resolve("program");
    formats = Files.createDirectory(folder.resolve("binfmt_misc"));
    Files.writeString(formats.resolve("status"), "enabled\n");
    preflight =
        new Preflight(
            new Mounts(folder.resolve("mountinfo"), folder.resolve("cgroup")),
            new Emulators(formats),
            new Machine("Linux", "amd64"));
  }

  private void write(byte[] content) throws IOException {
    Files.write(program, content);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private void write(String content) throws IOException {
    write(content.getBytes(StandardCharsets.UTF_8));
  }

  private Finding finding() {
    return finding(Map.of("PATH", "/usr/bin:/bin"));
  }

  private Finding finding(Map<String, String> environment) {
    return catchThrowableOfType(
            Refusal.class, () -> preflight.check(program, List.of(), environment, Optional.empty()))
        .finding();
  }

  private static Finding preflightFinding(Diagnosis diagnosis, String fact, String remedy) {
    return new Finding(Phase.PREFLIGHT, diagnosis, fact, remedy);
  }

  private void passes() {
    assertThatCode(
            () ->
                preflight.check(
                    program, List.of(), Map.of("PATH", "/usr/bin:/bin"), Optional.empty()))
        .doesNotThrowAnyException();
  }

  /** A 64-bit little-endian binary with one segment, which names its loader. */
  private static byte[] elf(int machine, String loader) {
    var file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(18, (short) machine);
    file.putLong(32, 64); // the segments begin here
    file.putShort(54, (short) 56); // each has this size
    file.putShort(56, (short) 1); // so many there are
    file.putInt(64, loader.isEmpty() ? 1 : 3); // the one that names the loader is of type 3
    file.putLong(72, 200); // its place
    file.putLong(96, loader.length() + 1); // its length
    file.position(200);
    file.put(loader.getBytes(StandardCharsets.UTF_8));
    return file.array();
  }

  @Test
  void missingFile_isToldSo() {
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.NO_SUCH_FILE,
                "there is no file " + program,
                "install it, or correct the path"));
  }

  @Test
  void folder_isToldSo() throws IOException {
    Files.createDirectory(program);
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.NOT_A_FILE,
                program + " is a folder",
                "give the path of the program itself"));
  }

  @Test
  void fileWithoutPermission_isToldSo() throws IOException {
    write("#!/bin/sh\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-------"));
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.NOT_EXECUTABLE,
                program + " may not be executed by this user",
                "chmod u+x " + program));
  }

  @Test
  void noexecMount_isToldSo() throws IOException {
    write("#!/bin/sh\n");
    var point = folder.toRealPath();
    Files.writeString(
        folder.resolve("mountinfo"), "1 0 0:1 / " + point + " rw,noexec - tmpfs tmpfs rw\n");
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.NOEXEC_MOUNT,
                program + " lies on " + point + ", which is mounted with noexec",
                "move it to another file system, or mount that one without noexec"));
  }

  @Test
  void foreignFileSystem_isToldSo() throws IOException {
    var zip = folder.resolve("some.zip");
    try (var files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      program = files.getPath("/program");
      assertThat(finding())
          .isEqualTo(
              preflightFinding(
                  Diagnosis.FOREIGN_FILE_SYSTEM,
                  "/program lies on another file system than the default one, and cannot be"
                      + " executed",
                  "copy it to the default file system"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      textBlock =
          """
          ''              ! empty
          'abc'           ! a file of 3 bytes
          'echo hello\n'  ! a text file
          'PK\u0003\u0004 ' ! a zip or jar archive
          '\u0001\u0002\u0000\u0004' ! a file of unknown format
          '#!  \n'        ! a script whose first line names no interpreter
          """)
  void fileOfNoKind_isToldSo(String content, String what) throws IOException {
    write(content);
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.NOT_A_PROGRAM,
                program
                    + " is "
                    + what
                    + ": neither a binary nor a script that names its interpreter",
                "give the path of the program itself; a script must begin with #!"));
  }

  @Test
  void classFile_isNoProgram() throws IOException {
    write(new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 69});
    assertThat(finding().fact()).contains("a Java class file");
  }

  @ParameterizedTest
  @CsvSource({"62", "3"})
  void binaryForThisMachine_passes(int machine) throws IOException {
    write(elf(machine, ""));
    passes();
  }

  @ParameterizedTest
  @CsvSource({
    "183, AArch64 (arm64)",
    "40, 32-bit ARM",
    "243, RISC-V",
    "999, processor number 999 of the ELF list"
  })
  void binaryForAnotherProcessor_isToldSo(int machine, String name) throws IOException {
    write(elf(machine, ""));
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.WRONG_ARCHITECTURE,
                program + " is a binary for " + name + ", and this is Linux on amd64",
                "install the build for Linux on amd64"));
  }

  @Test
  void binaryForAnotherSystem_isToldSo() throws IOException {
    write(new byte[] {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 0, 0, 0, 0});
    assertThat(finding().fact()).endsWith(" is a binary for macOS, and this is Linux on amd64");
    write("MZ..............");
    assertThat(finding().fact()).endsWith(" is a binary for Windows, and this is Linux on amd64");
  }

  @Test
  void emulator_takesABinaryForAnotherProcessor() throws IOException {
    write(elf(AARCH64, ""));
    Files.writeString(
        formats.resolve("qemu-aarch64"),
        """
        enabled
        interpreter /usr/bin/qemu-aarch64-static
        flags: OC
        offset 0
        magic 7f454c460201010000000000000000000200b700
        mask ffffffffffffff00fffffffffffffffffcffffff
        """);
    passes();
    write(elf(243, ""));
    assertThat(finding().diagnosis()).isEqualTo(Diagnosis.WRONG_ARCHITECTURE);
  }

  @Test
  void emulator_thatIsOff_takesNothing() throws IOException {
    write(elf(AARCH64, ""));
    Files.writeString(
        formats.resolve("qemu-aarch64"), "disabled\ninterpreter /q\noffset 0\nmagic 7f454c46\n");
    assertThat(finding().diagnosis()).isEqualTo(Diagnosis.WRONG_ARCHITECTURE);
  }

  @Test
  void emulator_byExtension_takesAJar() throws IOException {
    program = folder.resolve("program.jar");
    write("PK\u0003\u0004 ");
    Files.writeString(
        formats.resolve("jar"), "enabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n");
    passes();
  }

  @Test
  void emulators_thatCannotBeSeen_areMentioned() throws IOException {
    Files.delete(formats.resolve("status"));
    write(elf(AARCH64, ""));
    assertThat(finding().remedy())
        .isEqualTo(
            "install the build for Linux on amd64; if an emulator is registered, mount " + formats);
  }

  @Test
  void missingLoader_isToldSo() throws IOException {
    write(elf(X86_64, "/lib/ld-none.so.1"));
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.INTERPRETER_MISSING,
                program + " needs the loader /lib/ld-none.so.1, which is not there",
                "install the C library that it was built for, or a statically linked build of it"));
  }

  @Test
  void brokenBinary_doesNotBreakTheReader() throws IOException {
    var whole = elf(X86_64, "/lib/ld.so");
    for (int length = 0; length < whole.length; length += 3) {
      write(java.util.Arrays.copyOf(whole, length));
      ProgramFile.read(program);
    }
    var random = new java.util.Random(3);
    for (int round = 0; round < 2000; round++) {
      var bytes = whole.clone();
      for (int i = 0; i < 4; i++) {
        bytes[4 + random.nextInt(130)] = (byte) random.nextInt(256);
      }
      write(bytes);
      ProgramFile.read(program);
    }
  }

  @Test
  void missingInterpreter_isToldSo() throws IOException {
    write("#! /opt/none/python -u\nprint()\n");
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.INTERPRETER_MISSING,
                program + " is a script for /opt/none/python, which is not there",
                "install it, or correct the script's first line"));
  }

  @Test
  void interpreterThatIsNoPath_isToldSo() throws IOException {
    write("#!/usr/bin/env no\0such\n"); // for the kernel the line ends there
    assertThat(finding().fact())
        .endsWith(" is a script for no, which is not in its PATH /usr/bin:/bin");
    write("#!\0/bin/sh\n");
    assertThat(finding().fact()).contains("a script whose first line names no interpreter");
  }

  @Test
  void beginningOfAClassFile_isNoProgram() throws IOException {
    write(new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0});
    assertThat(finding().fact()).contains("a Java class file");
  }

  @Test
  void windowsLineEnds_areToldSo() throws IOException {
    write("#!/bin/sh\r\nexit\r\n");
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.INTERPRETER_MISSING,
                "the first line of "
                    + program
                    + " ends in a carriage return, which becomes part of its interpreter's name",
                "save it with Unix line ends"));
  }

  @Test
  void interpreterNotOnThePath_isToldSo() throws IOException {
    write("#!/usr/bin/env no-such-command\n");
    assertThat(finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.INTERPRETER_MISSING,
                program
                    + " is a script for no-such-command, which is not in its PATH /usr/bin:/bin",
                "install it, or give the plugin a PATH on which it is"));
  }

  @ParameterizedTest
  @CsvSource({
    "#!/bin/sh",
    "#!/bin/sh -e",
    "#! /bin/sh",
    "#!/usr/bin/env sh",
    "#!/usr/bin/env -S sh -e"
  })
  void script_passes(String first) throws IOException {
    write(first + "\nexit 0\n");
    passes();
  }

  @Test
  void valueThatCannotBeHandedOver_isNamedButNotShown() throws IOException {
    write("#!/bin/sh\n");
    assertThat(finding(Map.of("SECRET", "hushhush\0two")))
        .satisfies(
            finding -> {
              assertThat(finding.diagnosis()).isEqualTo(Diagnosis.BAD_ENVIRONMENT);
              assertThat(finding.fact())
                  .startsWith("the value of SECRET cannot be handed over: it holds NUL, or")
                  .doesNotContain("hushhush");
            });
    assertThat(finding(Map.of("A=B", "c")))
        .isEqualTo(
            preflightFinding(
                Diagnosis.BAD_ENVIRONMENT,
                "\"A=B\" cannot name an environment variable",
                "correct the name"));
    assertThat(finding(Map.of("", "c")).fact())
        .isEqualTo("\"\" cannot name an environment variable");
  }

  @Test
  void argumentThatCannotBeHandedOver_isToldSo() throws IOException {
    write("#!/bin/sh\n");
    var charset = System.getProperty("sun.jnu.encoding");
    assertThat(
            catchThrowableOfType(
                    Refusal.class,
                    () -> preflight.check(program, List.of("a\0b"), Map.of(), Optional.empty()))
                .finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.BAD_ENVIRONMENT,
                "an argument cannot be handed over: it holds NUL, or characters outside of "
                    + java.nio.charset.Charset.forName(charset),
                "start this program in a UTF-8 locale, or change the argument"));
  }

  @Test
  void missingWorkingFolder_isToldSo() throws IOException {
    write("#!/bin/sh\n");
    var missing = folder.resolve("none");
    assertThat(
            catchThrowableOfType(
                    Refusal.class,
                    () -> preflight.check(program, List.of(), Map.of(), Optional.of(missing)))
                .finding())
        .isEqualTo(
            preflightFinding(
                Diagnosis.BAD_ENVIRONMENT,
                "its working folder " + missing + " does not exist",
                "make it, or name another"));
  }

  @Test
  void thisMachine_executesItsOwnShell() {
    assertThatCode(
            () ->
                Preflight.system()
                    .check(Path.of("/bin/sh").toRealPath(), List.of(), Map.of(), Optional.empty()))
        .doesNotThrowAnyException();
  }
}
