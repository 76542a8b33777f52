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
    QUOTA("quota", "changes under a disk quota that is used up, a little later every time"),
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

  private static final String ROOT = "plugins";

  /** More than any of the changes writes. */
  private static final long MOST = 700_000;

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
    if (trouble == Trouble.QUOTA) {
      var disk = QuotaDisk.in(setting.folder());
      try {
        return new Scene(disk.folder(), setting, (change, share) -> quota(disk, change, share))
            .run(setting.times(20, 300));
      } finally {
        disk.unmount();
      }
    }
    var disk = Files.createDirectory(setting.folder().resolve("disk"));
    mount(disk);
    try {
      Happening happening =
          trouble == Trouble.FULL
              ? (change, share) -> full(disk, change, share)
              : new OtherDevice(disk.resolve(ROOT));
      return new Scene(disk, setting, happening).run(setting.times(40, 600));
    } finally {
      Command.run("umount", disk.toString());
    }
  }

  private static void mount(Path folder) throws IOException, InterruptedException {
    Command.run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", folder.toString());
  }

  /** Leaves a share of what the largest change needs. */
  private static void full(Path disk, Change change, double share) throws Exception {
    var filler = disk.resolve("filler");
    long free = Files.getFileStore(disk).getUsableSpace();
    Files.write(filler, new byte[(int) Math.max(0, free - (long) (MOST * share))]);
    try {
      change.run();
    } finally {
      Files.delete(filler);
    }
  }

  private static void quota(QuotaDisk disk, Change change, double share) throws Exception {
    disk.leave((long) (MOST * share));
    try {
      change.run();
    } finally {
      disk.unlimited();
    }
  }

  private static final class Scene {

    private final Path disk;
    private final Happening happening;
    private final Installation installation;
    private final Random random;
    private final SortedMap<String, Integer> outcomes = new TreeMap<>();
    private long lost;
    private long leaked;
    private long corrupted;

    Scene(Path disk, Setting setting, Happening happening)
        throws IOException, InterruptedException {
      this.disk = disk;
      this.happening = happening;
      this.random = new Random(setting.seed());
      this.installation = Installation.in(disk.resolve(ROOT), setting.folder().resolve("sources"));
    }

    Result run(int tries) throws Exception {
      for (int i = 0; i < tries; i++) {
        String outcome = "done";
        try {
          happening.around(() -> installation.change(random), (double) i / tries);
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
  }

  /** In turns, the folder for what is replaced and a binary itself are mounts. */
  private static final class OtherDevice implements Happening {
    private final Path root;
    private boolean binary;

    OtherDevice(Path root) {
      this.root = root;
    }

    @Override
    public void around(Change change, double share) throws Exception {
      Path target;
      if (binary) {
        target = root.resolve("cvt-plugin-rest");
        Command.run("mount", "--bind", target.toString(), target.toString());
      } else {
        target = Files.createDirectories(root.resolve(".previous"));
        mount(target);
      }
      binary = !binary;
      try {
        change.run();
      } finally {
        Command.run("umount", target.toString());
      }
    }
  }

  /** What happens to the disk around a change. */
  private interface Happening {
    /**
     * Makes trouble, has the change made, and ends the trouble.
     *
     * @param share from 0 in the first try to 1 after the last
     */
    void around(Change change, double share) throws Exception;
  }

  private interface Change {
    void run() throws InterruptedException;
  }
}
