package dev.cvt.pluginmgr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.cvt.pluginmgr.faults.Faults;
import dev.cvt.pluginmgr.faults.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The small parts that the others are made of. */
class FilePartsTest {

  @TempDir Path temp;

  @Test
  void atomicFile_replacesTheContent_privately_andLeavesNothing() throws Exception {
    var file = new AtomicFile(temp.resolve("state.json"), "state-", ".json.tmp");
    file.write("one".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
    file.write("two".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(file.path()).hasContent("two");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertThat(temp).isDirectoryContaining(path -> path.equals(file.path()));
    try (var all = Files.list(temp)) {
      assertThat(all).hasSize(1);
    }
  }

  @Test
  void atomicFile_whoseFolderCannotBeSynced_saysThatItIsReplacedAllTheSame() throws Exception {
    var failsToSync =
        Faults.of(
            call -> {
              if (call.operation().equals("force") && call.path().equals(temp)) {
                throw new IOException("Input/output error");
              }
            });
    var path = FaultyFileSystem.over(temp, failsToSync).resolve("x");
    assertThatThrownBy(() -> new AtomicFile(path, "x-", ".tmp").write(new byte[] {'2'}))
        .isInstanceOf(AtomicFile.NotDurable.class)
        .hasMessage(path + " was replaced, but its folder could not be synced");
    assertThat(temp.resolve("x")).hasContent("2");
  }

  @ParameterizedTest
  @CsvSource({
    "state-1.json.tmp, true",
    "state-4294967295.json.tmp, true",
    "state-.json.tmp, false",
    "state-x.json.tmp, false",
    "state.json, false",
    "xstate-1.json.tmp, false"
  })
  void atomicFile_knowsItsTempFiles(String name, boolean is) {
    assertThat(new AtomicFile(temp.resolve("s"), "state-", ".json.tmp").isTemp(name)).isEqualTo(is);
  }

  @ParameterizedTest
  @MethodSource
  void ioFailure_isPutIntoWords(IOException failure, String what, String remedy) {
    assertThat(IoText.of(failure)).isEqualTo(new IoText(what, remedy));
  }

  static Stream<Arguments> ioFailure_isPutIntoWords() {
    return Stream.of(
        arguments(
            new AccessDeniedException("/p"),
            "permission denied (/p)",
            "see whose it is with ls -ld, make it yours and try again"),
        arguments(
            new FileSystemException("/p", null, "Operation not permitted"),
            "operation not permitted (/p)",
            "see whose it is with ls -ld, make it yours and try again"),
        arguments(
            new NoSuchFileException("/p"), "no such file (/p)", "put that right and try again"),
        arguments(
            new FileAlreadyExistsException("/p"),
            "file exists (/p)",
            "put that right and try again"),
        arguments(
            new AtomicMoveNotSupportedException("/p", "/q", "x"),
            "cannot be renamed across file systems (/p)",
            "keep the plugin root on one file system, without mounts inside it"),
        arguments(
            new IOException("No space left on device"),
            "no space left on device",
            "free some space and try again"),
        arguments(new IOException("I/O error"), "I/O error", "put that right and try again"),
        arguments(new IOException(), "IOException", "put that right and try again"));
  }

  @ParameterizedTest
  @CsvSource({"'', e3b0c44298fc", "abc, ba7816bf8f01"})
  void sha256_ofSmallFiles_isTheOneFromTheBooks(String content, String start) throws Exception {
    var file = Files.writeString(temp.resolve("f"), content);
    assertThat(Sha256.of(file, _ -> {})).startsWith(start).hasSize(64);
  }

  @Test
  void sha256_ofALargeFile_isTheSameOnEveryFileSystem_andTellsHowFar() throws Exception {
    var bytes = new byte[1_000_003];
    new java.util.Random(1).nextBytes(bytes);
    var done = new ArrayList<Long>();
    var onDisk = Sha256.of(Files.write(temp.resolve("f"), bytes), done::add);
    try (var fs = Jimfs.newFileSystem(Configuration.unix())) {
      assertThat(Sha256.of(Files.write(fs.getPath("/f"), bytes), _ -> {})).isEqualTo(onDisk);
    }
    assertThat(done).isSorted().endsWith(1_000_003L).hasSizeGreaterThan(5);
  }

  @Test
  void sha256_neverFollowsALink() throws Exception {
    var link = Files.createSymbolicLink(temp.resolve("l"), Files.createFile(temp.resolve("f")));
    assertThatThrownBy(() -> Sha256.of(link, _ -> {})).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Copy.file(link, temp.resolve("c"), _ -> {}))
        .isInstanceOf(IOException.class);
    assertThat(temp.resolve("c")).doesNotExist();
  }

  @Test
  void copy_isPrivateAndExecutable_andNeverOverwrites() throws Exception {
    var source = Files.writeString(temp.resolve("s"), "x");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
    var target = temp.resolve("t");
    Copy.file(source, target, _ -> {});
    assertThat(target).hasContent("x");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwx------");
    assertThatThrownBy(() -> Copy.file(source, target, _ -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasContent("x");
  }

  @Test
  void lockTable_namesTheHolder_notTheOnesThatWait() throws Exception {
    var lock = Files.createFile(temp.resolve("lock"));
    var inode = Files.getAttribute(lock, "unix:ino");
    long device = (long) Files.getAttribute(lock, "unix:dev");
    var major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    var minor = (device & 0xff) | (device >>> 12 & ~0xffL);
    var proc = Files.createDirectories(temp.resolve("proc"));
    Files.createDirectories(proc.resolve("42"));
    Files.writeString(proc.resolve("42/cmdline"), "cvt\0plugins\0" + "install ".repeat(30));
    Files.writeString(
        proc.resolve("locks"),
        """
        1: POSIX  ADVISORY  WRITE 40 %1$02x:%2$02x:%3$s 0 EOF
        2: FLOCK  ADVISORY  WRITE 42 %1$02x:%2$02x:%3$s 0 EOF
        2: -> FLOCK  ADVISORY  WRITE 43 %1$02x:%2$02x:%3$s 0 EOF
        3: FLOCK  ADVISORY  WRITE 44 ff:ff:%3$s 0 EOF
        """
            .formatted(major, minor, inode));
    assertThat(new LockTable(proc).holderOf(lock))
        .hasValueSatisfying(
            holder -> {
              assertThat(holder.pid()).isEqualTo(42);
              assertThat(holder.command()).startsWith("cvt plugins install").hasSize(121);
            });
    assertThat(new LockTable(temp.resolve("none")).holderOf(lock)).isEmpty();
    Files.writeString(proc.resolve("locks"), "not at all\n\n");
    assertThat(new LockTable(proc).holderOf(lock)).isEmpty();
  }

  @Test
  void process_isKnownByItsStart_notByItsNumberAlone() throws Exception {
    var self = ProcessId.current();
    assertThat(self.pid()).isEqualTo(ProcessHandle.current().pid());
    assertThat(self.isAlive()).isTrue();
    assertThat(new ProcessId(self.pid(), self.start() + 1).isAlive()).isFalse();
    assertThat(ProcessId.parse(self.toString())).contains(self);
    for (var text : new String[] {"", "1", "-1-2", "0-1", "1-2-3", "1-x", "9".repeat(30) + "-1"}) {
      assertThat(ProcessId.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void process_whoseEndNobodyHasTakenNoteOf_isNotAlive() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "needs a process file system");
    var parent =
        new ProcessBuilder("/bin/sh", "-c", "/bin/true & echo $!; exec /bin/sleep 60").start();
    try {
      long pid = Long.parseLong(parent.inputReader().readLine());
      var stat = "";
      while (!stat.contains(") Z ")) {
        stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      }
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      assertThat(new ProcessId(pid, Long.parseLong(fields[19])).isAlive()).isFalse();
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  @Test
  void stat_thatFails_isNotTakenForNothingThere() throws Exception {
    var denied =
        Faults.of(
            call -> {
              throw new AccessDeniedException(call.path().toString());
            });
    var path = FaultyFileSystem.over(temp, denied);
    assertThatThrownBy(() -> Stat.exists(path)).isInstanceOf(AccessDeniedException.class);
    assertThat(Stat.exists(temp.resolve("none"))).isFalse();
    assertThat(Stat.isLink(Files.createSymbolicLink(temp.resolve("l"), temp.resolve("none"))))
        .isTrue();
  }

  @Test
  void uninterrupted_givesBackWhatTheWorkGives_andKeepsTheInterrupt() throws Exception {
    assertThat(Uninterrupted.call(() -> 1)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                Uninterrupted.call(
                    () -> {
                      throw new IOException("x");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("x");
    Thread.currentThread().interrupt();
    assertThat(Uninterrupted.call(() -> Thread.currentThread().isInterrupted())).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"/a/b-c_1.x, /a/b-c_1.x", "/a b, '''/a b'''", "$(x), '''$(x)'''", "'', ''''''"})
  void shell_quotesWhatNeedsIt(String word, String quoted) {
    assertThat(Shell.quote(word)).isEqualTo(quoted);
  }
}
