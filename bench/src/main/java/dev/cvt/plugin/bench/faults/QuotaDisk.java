package dev.cvt.plugin.bench.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system with a quota, mounted until somebody unmounts it: a subvolume of btrfs, whose
 * quotas need neither a kernel module nor a user of their own.
 */
final class QuotaDisk {
  private static final long SIZE = 256L << 20;

  /** The group of the first subvolume of any. */
  private static final String FIRST = "0/256";

  private final Path mount;
  private final Path folder;

  private QuotaDisk(Path mount) {
    this.mount = mount;
    this.folder = mount.resolve("limited");
  }

  /**
   * Makes one.
   *
   * @throws IOException where there are no programs for btrfs (Debian: {@code btrfs-progs}), or the
   *     kernel does not know it
   */
  static QuotaDisk in(Path place) throws IOException, InterruptedException {
    var image = place.resolve("btrfs.img");
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    Command.run("mkfs.btrfs", "-q", image.toString());
    var mount = Files.createDirectory(place.resolve("btrfs"));
    Command.run("mount", "-o", "loop", image.toString(), mount.toString());
    var disk = new QuotaDisk(mount);
    try {
      Command.run("btrfs", "quota", "enable", mount.toString());
      Command.run("btrfs", "subvolume", "create", disk.folder.toString());
      return disk;
    } catch (IOException e) {
      disk.unmount();
      throw e;
    }
  }

  /** What is limited. */
  Path folder() {
    return folder;
  }

  /** Leaves so many bytes to write. */
  void leave(long bytes) throws IOException, InterruptedException {
    // A line: the group, what it refers to, what it holds alone.
    var line =
        Command.run("btrfs", "qgroup", "show", "-f", "--raw", "--sync", folder.toString())
            .lines()
            .reduce((first, last) -> last)
            .orElseThrow();
    long used = Long.parseLong(line.strip().split("\\s+", -1)[1]);
    limit(Long.toString(used + bytes));
  }

  /** Takes the limit away. */
  void unlimited() throws IOException, InterruptedException {
    limit("none");
  }

  /** By way of the disk, since asking by way of a folder that is full is refused. */
  private void limit(String bytes) throws IOException, InterruptedException {
    Command.run("btrfs", "qgroup", "limit", bytes, FIRST, mount.toString());
  }

  void unmount() throws IOException, InterruptedException {
    Command.run("umount", mount.toString());
  }
}
