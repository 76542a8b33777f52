package dev.cvt.plugin.bench.faults;

import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Changes of what is installed while the file system really makes trouble, and a look at what is
 * there when the trouble is over and the next change has been made.
 */
final class RealDisk implements Fault {

  /** What a file system does. */
  enum Trouble {
    FULL("full-disk", "changes on a disk that is full, a little later every time"),
    OTHER_DEVICE(
        "other-device", "mounts inside the plugin root: a rename and a link across devices");

    final String name;
    final String what;

    Trouble(String name, String what) {
      this.name = name;
      this.what = what;
    }
  }

  private static final Pattern UNEXPECTED = Pattern.compile("null|Exception|not yet|internal");

  private final Trouble trouble;

  RealDisk(Trouble trouble) {
    this.trouble = trouble;
  }

  @Override
  public String name() {
    return trouble.name;
  }

  @Override
  public String what() {
    return trouble.what;
  }

  @Override
  public Result run(Setting setting) throws Exception {
    Command.needRoot();
    var disk = Files.createDirectory(setting.folder().resolve("disk"));
    Command.run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", disk.toString());
    try {
      return new Scene(disk, setting).run(setting.times(40, 600));
    } finally {
      Command.run("umount", disk.toString());
    }
  }

  private final class Scene {

    private final Path disk;
    private final Installation installation;
    private final Random random;
    private final SortedMap<String, Integer> outcomes = new TreeMap<>();
    private long lost;
    private long leaked;
    private long corrupted;

    Scene(Path disk, Setting setting) throws IOException, InterruptedException {
      this.disk = disk;
      this.random = new Random(setting.seed());
      this.installation =
          Installation.in(disk.resolve("plugins"), setting.folder().resolve("sources"));
    }

    Result run(int tries) throws Exception {
      for (int i = 0; i < tries; i++) {
        String outcome = "done";
        try {
          under(() -> installation.change(random), i, tries);
        } catch (Refused e) {
          outcome = e.reason().toString();
          if (e.reason() == Reason.IO) {
            outcome = e.what().replaceFirst("(?s).*: ", "").replaceFirst(" \\(.*", "");
          }
          lost += e.remedy().isEmpty() || UNEXPECTED.matcher(e.what()).find() ? 1 : 0;
        }
        outcomes.merge(outcome.replaceAll(disk + "\\S*", "FILE"), 1, Integer::sum);
        lost += installation.isReadable() ? 0 : 1;
        installation.restore();
        corrupted += installation.isWhole() ? 0 : 1;
        leaked += installation.leftovers();
      }
      return new Result(tries, lost, leaked, corrupted, outcomes.toString());
    }

    private void under(Change change, int i, int tries) throws Exception {
      switch (trouble) {
        case FULL -> full(change, 700_000L * i / tries);
        case OTHER_DEVICE -> otherDevice(change, i);
      }
    }

    /** So many bytes are left. */
    private void full(Change change, long left) throws Exception {
      var filler = disk.resolve("filler");
      long free = Files.getFileStore(disk).getUsableSpace();
      Files.write(filler, new byte[(int) Math.max(0, free - left)]);
      try {
        change.run();
      } finally {
        Files.delete(filler);
      }
    }

    /** On the folder for what is replaced, or on the binary itself. */
    private void otherDevice(Change change, int i) throws Exception {
      var root = installation.root();
      var target =
          i % 2 == 0
              ? Files.createDirectories(root.resolve(".previous"))
              : root.resolve("cvt-plugin-rest");
      if (i % 2 == 0) {
        Command.run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", target.toString());
      } else {
        Command.run("mount", "--bind", target.toString(), target.toString());
      }
      try {
        change.run();
      } finally {
        Command.run("umount", target.toString());
      }
    }
  }

  private interface Change {
    void run() throws InterruptedException;
  }
}
