package dev.cvt.plugin.bench.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * While a process changes what is installed, the file system becomes read-only, or the plugin root
 * somebody else's, and is given back a moment later, again and again.
 */
final class TakenAway implements Fault {

  /** What is taken away. */
  enum What {
    THE_DISK,
    THE_PERMISSION
  }

  private static final int NOBODY = 65534;
  private static final int TIMES_EACH = 20;

  private final What what;

  TakenAway(What what) {
    this.what = what;
  }

  @Override
  public String name() {
    return what == What.THE_DISK ? "read-only" : "permission-taken";
  }

  @Override
  public String what() {
    return what == What.THE_DISK
        ? "the file system becomes read-only at a random instant of a change"
        : "the plugin root becomes another user's at a random instant of a change";
  }

  @Override
  public Result run(Setting setting) throws Exception {
    Command.needRoot();
    var disk = Files.createDirectory(setting.folder().resolve("disk"));
    Command.run("mount", "-t", "tmpfs", "-o", "size=16m,mode=755", "none", disk.toString());
    try {
      return new Scene(disk, setting).run(setting.times(2, 25));
    } finally {
      Command.run("umount", disk.toString());
    }
  }

  private final class Scene {

    private final Path disk;
    private final Path root;
    private final Installation installation;
    private final Random random;
    private long done;
    private long refused;

    Scene(Path disk, Setting setting) throws IOException, InterruptedException {
      this.disk = disk;
      this.root = Files.createDirectory(disk.resolve("home")).resolve("plugins");
      this.random = new Random(setting.seed());
      this.installation = Installation.in(root, disk.resolve("sources"));
      if (what == What.THE_PERMISSION) {
        Command.run("chmod", "711", setting.folder().toString());
        copyClasses();
        give(NOBODY);
      }
    }

    Result run(int rounds) throws Exception {
      long lost = 0;
      long leaked = 0;
      long corrupted = 0;
      for (int round = 0; round < rounds; round++) {
        corrupted += changing() ? 0 : 1;
        if (what == What.THE_PERMISSION) {
          give(0);
        }
        lost += installation.isReadable() ? 0 : 1;
        installation.restore();
        corrupted += installation.isWhole() ? 0 : 1;
        leaked += installation.leftovers();
        if (what == What.THE_PERMISSION) {
          give(NOBODY);
        }
      }
      var note = "%d changes made, %d refused".formatted(done, refused);
      return new Result((long) rounds * TIMES_EACH, lost, leaked, corrupted, note);
    }

    /** One process, from its start to its end; whether it ended well. */
    private boolean changing() throws Exception {
      var process =
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (var out = process.inputReader()) {
        if (!"ready".equals(out.readLine())) {
          return false;
        }
        for (int i = 0; i < TIMES_EACH; i++) {
          LockSupport.parkNanos(random.nextInt(20_000_000));
          take();
          LockSupport.parkNanos(random.nextInt(5_000_000));
          giveBack();
        }
        process.getOutputStream().write('.');
        process.getOutputStream().close();
        var words = String.valueOf(out.readLine()).split(" ", 2);
        done += Long.parseLong(words[0]);
        refused += Long.parseLong(words[1]);
        return process.waitFor() == 0;
      } finally {
        process.destroyForcibly();
      }
    }

    private List<String> command() {
      var command = new ArrayList<String>();
      if (what == What.THE_PERMISSION) {
        command.addAll(
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      }
      command.addAll(
          List.of(
              ProcessHandle.current().info().command().orElse("java"),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Djava.io.tmpdir=" + disk,
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              what == What.THE_PERMISSION
                  ? disk.resolve("classes") + File.pathSeparator + disk.resolve("classes/*")
                  : System.getProperty("java.class.path"),
              Changing.class.getName(),
              root.toString(),
              disk.resolve("sources").toString(),
              Long.toString(random.nextLong())));
      return command;
    }

    private void take() throws IOException, InterruptedException {
      if (what == What.THE_PERMISSION) {
        Command.run("chown", "root:root", root.toString());
        return;
      }
      // Refused while somebody has a file open for writing: again, at once.
      for (int i = 0; i < 20 && !remount("ro"); i++) {
        LockSupport.parkNanos(100_000);
      }
    }

    private void giveBack() throws IOException, InterruptedException {
      if (what == What.THE_PERMISSION) {
        Command.run("chown", NOBODY + ":" + NOBODY, root.toString());
      } else if (!remount("rw")) {
        throw new IOException("it stays read-only");
      }
    }

    private boolean remount(String how) throws IOException, InterruptedException {
      return Command.runs("mount", "-o", "remount," + how, disk.toString());
    }

    private void give(int user) throws IOException, InterruptedException {
      Command.run("chown", "-R", user + ":" + user, disk.resolve("home").toString());
    }

    /** Where another user can read them. */
    private void copyClasses() throws IOException, InterruptedException {
      var classes = Files.createDirectory(disk.resolve("classes"));
      for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        if (entry.endsWith("/classes") && entry.matches(".*/(bench|core|spi|proto)/target/.*")) {
          Command.run("cp", "-r", entry + "/.", classes.toString());
        } else if (entry.matches(".*/jackson-[^/]*\\.jar")) {
          Command.run("cp", entry, classes.toString());
        }
      }
      Command.run("chmod", "-R", "a+rX", classes.toString(), disk.resolve("sources").toString());
    }
  }
}
