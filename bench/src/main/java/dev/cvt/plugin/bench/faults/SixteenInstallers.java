package dev.cvt.plugin.bench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvt.pluginmgr.StateFile;
import dev.cvt.pluginmgr.StateFile.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sixteen processes at a time install 160 plugins into one home: eight JVMs with this library, and
 * CVT's own command eight at a time. Readers of both kinds look on.
 */
final class SixteenInstallers implements Fault {

  private static final int LANES = 16;
  private static final int EACH = 10;

  @Override
  public String name() {
    return "sixteen-installers";
  }

  @Override
  public String what() {
    return "16 processes, ours and Go's, install 160 plugins into one home, with readers";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    var sum = new Result(0, 0, 0, 0);
    long reads = 0;
    var cvt = GoPeers.named("cvt", setting.checkout());
    for (int round = 0; round < setting.times(1, 5); round++) {
      var home = Files.createDirectory(setting.folder().resolve("home-" + round));
      var scene = new Scene(home, cvt, new Random(setting.seed() + round));
      scene.run();
      sum =
          new Result(
              sum.tries() + LANES * EACH,
              sum.lost() + scene.lost(),
              sum.leaked() + scene.leftovers(),
              sum.corrupted() + scene.broken.get());
      reads += scene.reads.get();
    }
    return new Result(
        sum.tries(), sum.lost(), sum.leaked(), sum.corrupted(), reads + " reads meanwhile");
  }

  private static final class Scene {

    private final Path home;
    private final Path cvt;
    private final Path sources;
    private final StateFile state;
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    Scene(Path home, Path cvt, Random random) throws IOException {
      this.home = home;
      this.cvt = cvt;
      this.sources = Files.createDirectory(home.resolve("sources"));
      var root = home.resolve(".cvt/plugins");
      this.state = StateFile.at(root.resolve("state.json"), root);
      for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < EACH; i++) {
          var bytes = new byte[1 + random.nextInt(200_000)];
          random.nextBytes(bytes);
          var file = Files.write(source(lane, i), bytes);
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
    }

    void run() throws Exception {
      try (var threads = Executors.newCachedThreadPool()) {
        var readers =
            List.of(
                threads.submit(this::readByOurs),
                threads.submit(this::readByOurs),
                threads.submit(this::readByGo));
        var lanes = new ArrayList<Callable<Boolean>>();
        for (int lane = 0; lane < LANES; lane++) {
          int number = lane;
          lanes.add(() -> number % 2 == 0 ? installByOurs(number) : installByGo(number));
        }
        for (var lane : threads.invokeAll(lanes)) {
          if (!lane.get()) {
            broken.incrementAndGet();
          }
        }
        over.set(true);
        for (var reader : readers) {
          reader.get();
        }
      }
    }

    /** Plugins that are not there, or not as they were installed. */
    long lost() throws Exception {
      var plugins = state.read().plugins();
      long lost = 0;
      for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < EACH; i++) {
          var entry = plugins.get("p" + lane + "-" + i);
          boolean there =
              entry != null
                  && state.verify(entry).equals(entry)
                  && Files.mismatch(source(lane, i), Path.of(entry.binaryPath())) < 0;
          lost += there ? 0 : 1;
        }
      }
      return lost;
    }

    long leftovers() throws IOException {
      try (var all = Files.walk(state.pluginRoot())) {
        return all.map(path -> path.getFileName().toString())
            .filter(
                name ->
                    name.startsWith(".staged-")
                        || name.contains(".tmp")
                        || name.contains(".intent"))
            .count();
      }
    }

    private boolean installByOurs(int lane) throws Exception {
      var process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.cvt.pluginmgr.faults.InstallingMany",
                  state.pluginRoot().toString(),
                  sources.toString(),
                  "p" + lane,
                  Integer.toString(EACH))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    }

    private boolean installByGo(int lane) throws Exception {
      boolean all = true;
      for (int i = 0; i < EACH; i++) {
        all &= go("plugins", "install", source(lane, i).toString(), "--name", "p" + lane + "-" + i);
      }
      return all;
    }

    private Void readByOurs() throws InterruptedException {
      while (!over.get()) {
        try {
          for (var entry : state.read().plugins().values()) {
            var _ = state.verify(entry);
            reads.incrementAndGet();
          }
        } catch (Refused e) {
          System.err.println(e.getMessage());
          broken.incrementAndGet();
        }
      }
      return null;
    }

    private Void readByGo() throws Exception {
      while (!over.get()) {
        if (!go("plugins", "list", "--json")) {
          broken.incrementAndGet();
        }
        reads.incrementAndGet();
      }
      return null;
    }

    private boolean go(String... words) throws Exception {
      var command = new ArrayList<>(List.of(cvt.toString()));
      command.addAll(List.of(words));
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("HOME", home.toString());
      var process = builder.start();
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() == 0) {
        return true;
      }
      System.err.println(command + ": " + said);
      return false;
    }

    private Path source(int lane, int i) {
      return sources.resolve("cvt-plugin-p" + lane + "-" + i);
    }
  }
}
