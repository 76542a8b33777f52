package dev.cvt.pluginmgr.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import dev.cvt.pluginmgr.faults.Faults;
import dev.cvt.pluginmgr.faults.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every change, with every single call of the file system failing once, with all of them failing
 * from one on, with the process dying before it, and with the power cut there. Afterwards, once the
 * next transaction has been through, binary and entry are both the old ones or both the new ones,
 * and nothing unfinished lies about. What the error says holds at once.
 */
class EveryFaultTest {

  private static final String OLD = "#!/bin/sh\necho the old one\n";
  private static final String NEW = "#!/bin/sh\necho the new one, which is longer\n";
  private static final String OLDER = "#!/bin/sh\necho the one before\n";

  private static final Scene PREPARED = prepared();

  /** How many faults there have been in this JVM. */
  static final AtomicLong TRIES = new AtomicLong();

  private Path temp;

  private @Nullable Path prepared;

  /** In memory where the system has that: what is synced is counted by us, not by a disk. */
  @BeforeEach
  void makeTemp() throws IOException {
    var memory = Path.of("/dev/shm");
    work(
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "faults")
            : Files.createTempDirectory("faults"));
  }

  /** Says where the real file system is to be used. */
  void work(Path folder) {
    temp = folder;
    prepared = null;
  }

  @AfterEach
  void deleteTemp() {
    Tree.delete(temp);
  }

  /** A change, on a home where plugin "rest" is installed as {@code cvt-plugin-rest}. */
  enum Change {
    INSTALL_ANOTHER("echo", "cvt-plugin-echo", NEW) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, source.resolve("cvt-plugin-echo"), "echo");
      }
    },
    INSTALL_OVER("rest", "cvt-plugin-rest", NEW) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, source.resolve("cvt-plugin-rest"), "rest");
      }
    },
    INSTALL_OVER_A_STRAY_FILE("echo", "stray", NEW) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, source.resolve("stray"), "echo");
      }
    },
    INSTALL_UNDER_ANOTHER_FILE_NAME("rest", "cvt-plugin-rest-2", NEW) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, source.resolve("cvt-plugin-rest-2"), "rest");
      }
    },
    INSTALL_THE_SAME_BYTES("rest", "cvt-plugin-rest", OLD) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, source.resolve("same").resolve("cvt-plugin-rest"), "rest");
      }
    },
    INSTALL_IN_PLACE("rest", "in-place", NEW) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        install(layout, layout.root().resolve("in-place"), "rest");
      }
    },
    ROLL_BACK("rest", "cvt-plugin-rest", OLDER) {
      @Override
      void run(Layout layout, Path source) throws Exception {
        Entry _ = new Installer(layout, InstantSource.fixed(Scene.NOW)).rollback("rest");
      }
    },
    REMOVE("rest", "", "") {
      @Override
      void run(Layout layout, Path source) throws Exception {
        new Remover(layout).remove("rest", false);
      }
    },
    RESET("rest", "", "") {
      @Override
      void run(Layout layout, Path source) throws Exception {
        new Remover(layout).reset("rest");
      }
    },
    WRITE("rest", "", "") {
      @Override
      void run(Layout layout, Path source) throws Exception {
        new Remover(layout).write(Snapshot.empty());
      }
    };

    /** The plugin that it changes, and file name and bytes of its binary afterwards. */
    final String plugin;

    final String fileName;
    final String content;

    Change(String plugin, String fileName, String content) {
      this.plugin = plugin;
      this.fileName = fileName;
      this.content = content;
    }

    abstract void run(Layout layout, Path source) throws Exception;

    private static void install(Layout layout, Path source, String plugin) throws Exception {
      var installer = new Installer(layout, InstantSource.fixed(Scene.NOW));
      var _ = installer.install(InstallRequest.of(source, plugin));
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneCallFails_onJimfs(Change change) throws Exception {
    int calls = callsOf(change, inMemory());
    for (int n = 1; n <= calls; n++) {
      failing(change, inMemory(), Faults.failing(n, EveryFaultTest::full), "call " + n + " fails");
    }
  }

  @ParameterizedTest
  @EnumSource
  void allCallsFailFromOneOn_onJimfs(Change change) throws Exception {
    int calls = callsOf(change, inMemory());
    for (int n = 1; n <= calls; n++) {
      var faults = Faults.failingFrom(n, EveryFaultTest::full);
      failing(change, inMemory(), faults, "calls fail from " + n);
    }
  }

  @ParameterizedTest
  @EnumSource
  void processDiesAtOneCall_onJimfs(Change change) throws Exception {
    int calls = callsOf(change, inMemory());
    for (int n = 1; n <= calls; n++) {
      dying(change, inMemory(), Faults.dyingAt(n), "died at call " + n);
    }
  }

  /** All of them in the long form: {@link EveryFault}. */
  @ParameterizedTest
  @EnumSource(names = {"INSTALL_OVER", "REMOVE"})
  void oneCallFails_onARealFileSystem(Change change) throws Exception {
    int calls = callsOf(change, onDisk());
    for (int n = 1; n <= calls; n++) {
      failing(change, onDisk(), Faults.failing(n, EveryFaultTest::full), "call " + n + " fails");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INSTALL_OVER", "ROLL_BACK"})
  void oneCallIsSlow_andReadersMeetOnlyWholeFiles(Change change) throws Exception {
    var scene = onDisk();
    var reader = scene.file();
    var faults =
        Faults.of(
            _ -> {
              TRIES.incrementAndGet();
              var seen = reader.read().plugins();
              assertThat(change == Change.WRITE || seen.containsKey("bystander")).isTrue();
            });
    var base = FaultyFileSystem.over(scene.base(), faults);
    change.run(new Scene(base).layoutOfTheDead(), base.resolve("src"));
    assertThat(isNew(change, scene)).isTrue();
    healed(change, scene, "read at every call");
  }

  @ParameterizedTest
  @EnumSource
  void powerIsCutAtOneCall_onARealFileSystem(Change change) throws Exception {
    int calls = callsOf(change, onDisk());
    for (int n = 1; n <= calls; n++) {
      var scene = onDisk();
      var stash = Files.createDirectory(scene.base().resolve("stash"));
      var base = FaultyFileSystem.over(scene.base(), Faults.dyingAt(n), stash);
      TRIES.incrementAndGet();
      try {
        change.run(new Scene(base).layoutOfTheDead(), base.resolve("src"));
        fail("power cut at call " + n + ", but it came to its end");
      } catch (Faults.Crash _) {
        // and now nothing is left of it but what was synced
      }
      FaultyFileSystem.cutPower(base.resolve("home"));
      healed(change, scene, "power cut at call " + n + " of " + calls);
    }
  }

  /** A prepared home on a file system of its own. */
  private static Scene inMemory() throws Exception {
    var scene = Scene.onJimfs();
    copy(PREPARED.base(), scene.base());
    return scene;
  }

  /** A prepared home, always at the same place. */
  private Scene onDisk() throws Exception {
    if (prepared == null) {
      var scene = Scene.in(temp.resolve("now"));
      prepare(scene);
      prepared = temp.resolve("prepared");
      Files.move(scene.base(), prepared);
    }
    Tree.delete(temp.resolve("now"));
    copy(prepared, temp.resolve("now"));
    return new Scene(temp.resolve("now"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var path : all.toList()) {
        var target = to.resolve(from.relativize(path).toString());
        if (!Files.isDirectory(target)) {
          Files.copy(path, target);
          Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(path));
        }
      }
    }
  }

  private static IOException full() {
    return new FileSystemException("/x", null, "No space left on device");
  }

  private static int callsOf(Change change, Scene scene) throws Exception {
    var faults = Faults.none();
    var base = FaultyFileSystem.over(scene.base(), faults);
    change.run(new Scene(base).layoutOfTheDead(), base.resolve("src"));
    assertThat(isNew(change, scene)).as("without faults").isTrue();
    assertThat(faults.calls()).hasSizeBetween(10, 400);
    return faults.calls().size();
  }

  private static void failing(Change change, Scene scene, Faults faults, String as)
      throws Exception {
    var base = FaultyFileSystem.over(scene.base(), faults);
    TRIES.incrementAndGet();
    boolean undone = true;
    try {
      change.run(new Scene(base).layoutOfTheDead(), base.resolve("src"));
      assertThat(isNew(change, scene)).as(as + ", and it says nothing").isTrue();
    } catch (Refused e) {
      assertThat(e.remedy()).as(as).isNotEmpty();
      if (e.what().contains("undoing it failed as well")) {
        undone = false;
      } else if (e.what().contains(" was removed, but its binary ")
          || e.what().contains(" was removed only in part")) {
        assertThat(entry(change, scene)).as(as + ": " + e.getMessage()).isEmpty();
      } else if (e.what().contains("but a power cut could undo it")) {
        assertThat(isNew(change, scene)).as(as + ": " + e.getMessage()).isTrue();
      } else {
        assertThat(isOld(change, scene)).as(as + ": " + e.getMessage()).isTrue();
      }
    }
    boolean wasOld = isOld(change, scene);
    healed(change, scene, as);
    if (undone && wasOld) {
      assertThat(isOld(change, scene)).as(as + ": healing changes nothing that was whole").isTrue();
    }
  }

  private static void dying(Change change, Scene scene, Faults faults, String as) throws Exception {
    var base = FaultyFileSystem.over(scene.base(), faults);
    TRIES.incrementAndGet();
    try {
      change.run(new Scene(base).layoutOfTheDead(), base.resolve("src"));
      fail(as + ", but it came to its end");
    } catch (Faults.Crash _) {
      healed(change, scene, as);
    }
  }

  /** The next transaction, of a process in good health, and what must then hold. */
  private static void healed(Change change, Scene scene, String as) throws Exception {
    scene.install("next", "cvt-plugin-next", "#!/bin/sh\necho next\n");
    boolean old = isOld(change, scene);
    boolean now = isNew(change, scene);
    assertThat(old || now).as(as + ": all old or all new, in " + scene.files()).isTrue();
    assertThat(scene.leftovers()).as(as).isEmpty();
    for (var plugin : scene.file().read().plugins().values()) {
      assertThat(scene.file().verify(plugin)).as(as).isEqualTo(plugin);
    }
    assertThat(scene.file().read().plugins()).containsKey("next");
    if (change != Change.WRITE || old) {
      assertThat(scene.file().read().plugins()).as(as).containsKey("bystander");
    }
    if (change == Change.INSTALL_OVER && now) {
      var back = scene.installer(Scene.NOW).rollback("rest");
      assertThat(back.sha256()).as(as + ": and back").isEqualTo(Scene.sha256(OLD));
    }
  }

  private static Scene prepared() {
    try {
      var scene = Scene.onJimfs();
      prepare(scene);
      return scene;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void prepare(Scene scene) throws Exception {
    scene.install("bystander", "cvt-plugin-bystander", "#!/bin/sh\n");
    scene.install("rest", "cvt-plugin-rest", OLDER);
    scene.install("rest", "cvt-plugin-rest", OLD);
    scene.inside("stray", "#!/bin/sh\necho stray\n");
    scene.inside("in-place", NEW);
    for (var name : new String[] {"cvt-plugin-echo", "cvt-plugin-rest", "cvt-plugin-rest-2"}) {
      var _ = scene.program(name, NEW);
    }
    var _ = scene.program("stray", NEW);
    Files.createDirectory(scene.base().resolve("src").resolve("same"));
    var _ = scene.program("same/cvt-plugin-rest", OLD);
  }

  private static Optional<Entry> entry(Change change, Scene scene) {
    return Optional.ofNullable(scene.file().read().plugins().get(change.plugin));
  }

  private static boolean isNew(Change change, Scene scene) throws IOException {
    var entry = entry(change, scene);
    if (change.fileName.isEmpty()) {
      return entry.isEmpty();
    }
    var binary = scene.root().resolve(change.fileName);
    return entry.isPresent()
        && entry.get().equals(entryOf(binary, change.content, Scene.NOW))
        && content(binary).equals(change.content);
  }

  private static boolean isOld(Change change, Scene scene) throws IOException {
    var rest = scene.root().resolve("cvt-plugin-rest");
    boolean restIsOld =
        content(rest).equals(OLD)
            && Optional.ofNullable(scene.file().read().plugins().get("rest"))
                .equals(Optional.of(entryOf(rest, OLD, Scene.THEN)));
    return restIsOld
        && (change.plugin.equals("rest") || entry(change, scene).isEmpty())
        && content(scene.root().resolve("stray")).equals("#!/bin/sh\necho stray\n")
        && (change == Change.INSTALL_IN_PLACE
            || change.fileName.equals("stray")
            || change.fileName.equals("cvt-plugin-rest")
            || change.fileName.isEmpty()
            || !Files.exists(scene.root().resolve(change.fileName), LinkOption.NOFOLLOW_LINKS));
  }

  private static Entry entryOf(Path binary, String content, java.time.Instant at) {
    return new Entry(
        binary.toString(), Scene.sha256(content), at.atOffset(java.time.ZoneOffset.UTC));
  }

  private static String content(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
  }
}
