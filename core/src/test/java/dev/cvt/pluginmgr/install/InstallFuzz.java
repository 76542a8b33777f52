package dev.cvt.pluginmgr.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes any text for the name of a plugin, the path of its source, the path in a state file that
 * somebody has tampered with, and an intent that somebody has forged, and does everything with them
 * that can be done. An entry point of coverage-guided fuzzing ({@code .ci/fuzz}), and of the replay
 * of what it found.
 *
 * <p>The input is lines: the name, the source, the path in the state file; all after them is the
 * intent. A path that begins with {@code @} is taken from the plugin root on.
 */
public final class InstallFuzz {

  private static final String PROGRAM = "#!/bin/sh\n";

  private InstallFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var parts = Arrays.copyOf(new String(input, UTF_8).split("\n", 4), 4);
    var texts = Arrays.stream(parts).map(part -> part == null ? "" : part).toArray(String[]::new);
    try (var jimfs = Scene.jimfs()) {
      var scene = Scene.in(jimfs.getPath("/x"));
      run(scene, texts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts this", e);
    }
  }

  private static void run(Scene scene, String[] texts) throws IOException, InterruptedException {
    var name = texts[0];
    var _ = scene.program("good", PROGRAM);
    var _ = scene.inside("inside", PROGRAM);
    var _ = scene.inside("victim-of-nobody", PROGRAM);
    var file = scene.file();
    Entry _ = file.install(scene.program("cvt-plugin-kept", PROGRAM), "kept");
    var kept = file.read().plugins().get("kept");
    var before = outside(scene);

    attempt(() -> file.install(source(scene, texts[1]), name));
    attempt(
        () -> file.install(InstallRequest.of(new java.io.ByteArrayInputStream(new byte[9]), name)));
    attempt(() -> file.rollback(name));
    attempt(() -> file.inspect(name));
    attempt(
        () -> {
          file.remove(name);
          return name;
        });

    tamper(scene, name, texts[2], kept);
    if (!texts[3].isEmpty()) {
      Files.writeString(scene.layout().intent().path(), texts[3].replace("@", scene.root() + "/"));
    }
    attempt(() -> file.verify(file.read().plugins().get(name)));
    attempt(() -> file.inspect(name));
    attempt(() -> file.install(source(scene, "/x/src/good"), name));
    attempt(() -> file.rollback(name));
    attempt(
        () -> {
          try (var run = RunFolder.open(file)) {
            run.link(name, source(scene, texts[2])).close();
          }
          return name;
        });
    attempt(
        () -> {
          file.remove(name, true);
          return name;
        });
    attempt(
        () -> {
          file.reset(name);
          return name;
        });

    require(outside(scene).equals(before), "nothing outside the root has changed");
    require(
        Files.isRegularFile(scene.root().resolve("victim-of-nobody"))
            || texts[2].contains("victim-of-nobody")
            || texts[3].contains("victim-of-nobody"),
        "nothing in the root has gone that nobody spoke of");
    require(Files.isRegularFile(scene.state()), "the state is there");
  }

  private interface Act<T> {
    T run() throws InterruptedException;
  }

  /** Whatever is refused is refused in words. */
  private static <T> void attempt(Act<T> act) throws InterruptedException {
    try {
      T _ = act.run();
    } catch (Refused e) {
      require(!e.remedy().isEmpty(), "there is a remedy");
      require(e.what().length() < 20_000, "a message is bounded");
      require(
          String.valueOf(e.getMessage()).chars().noneMatch(Character::isISOControl),
          "no message drives a terminal");
    } catch (InvalidPathException e) {
      // The path was none to begin with: it is the caller who cannot make one.
    }
  }

  private static void tamper(Scene scene, String name, String path, Entry kept) throws IOException {
    var lie =
        new Entry(
            path.startsWith("@") ? scene.root() + "/" + path.substring(1) : path,
            Scene.sha256(PROGRAM),
            Scene.NOW.atOffset(ZoneOffset.UTC));
    Files.writeString(
        scene.state(),
        Snapshot.of(name.equals("kept") ? Map.of(name, lie) : Map.of(name, lie, "kept", kept))
            .toJson());
  }

  private static Path source(Scene scene, String text) {
    return scene
        .base()
        .getFileSystem()
        .getPath(text.startsWith("@") ? scene.root() + "/" + text.substring(1) : text);
  }

  /** All that lies outside the root, with its content. */
  private static Map<String, String> outside(Scene scene) throws IOException {
    var files = new TreeMap<String, String>();
    for (var top : scene.base().getFileSystem().getRootDirectories()) {
      try (var all = Files.walk(top)) {
        for (var path : all.toList()) {
          if (!path.startsWith(scene.root())) {
            files.put(
                path.toString(),
                Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.readString(path) : "");
          }
        }
      }
    }
    return files;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
