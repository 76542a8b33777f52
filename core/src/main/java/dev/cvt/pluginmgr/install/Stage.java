package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.InstallRequest.Source;
import dev.cvt.pluginmgr.StateFile.Progress;
import dev.cvt.pluginmgr.StateFile.Progress.Step;
import dev.cvt.pluginmgr.file.Copy;
import dev.cvt.pluginmgr.file.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new binary beside its future place, complete and on the disk, before anything is locked: a slow
 * source keeps nobody waiting. Deleted on closing unless it has been moved into its place.
 *
 * @param path where it is
 * @param sha256 the hash of the bytes that were written there
 * @param size their number
 */
record Stage(Path path, String sha256, long size) implements AutoCloseable {

  /** Copies and hashes. The hash is of what the copy holds, not of what the source was. */
  static Stage copy(Source source, Layout layout, Progress progress)
      throws IOException, InterruptedException {
    var staged = layout.staged();
    switch (source) {
      case Source.File(var file) -> {
        long total = Files.size(file);
        progress.at(Step.COPY, 0, total);
        Copy.file(file, staged, done -> progress.at(Step.COPY, done, total));
      }
      case Source.Stream(var bytes, var _) -> {
        progress.at(Step.COPY, 0, -1);
        Copy.stream(bytes, staged, done -> progress.at(Step.COPY, done, -1));
      }
    }
    try {
      return new Stage(staged, hash(staged, progress), Files.size(staged));
    } catch (IOException | InterruptedException | RuntimeException e) {
      deleteAfter(e, staged);
      throw e;
    }
  }

  /** Gives a file under the root a second name that can be moved into another's place. */
  static Stage link(Path file, Layout layout) throws IOException, InterruptedException {
    var staged = layout.staged();
    Binaries.linkOrCopyUnlessInterrupted(file, staged);
    try {
      return new Stage(staged, hash(staged, Progress.none()), Files.size(staged));
    } catch (IOException | InterruptedException | RuntimeException e) {
      deleteAfter(e, staged);
      throw e;
    }
  }

  /** Hashes a file, telling how far it is. */
  static String hash(Path file, Progress progress) throws IOException, InterruptedException {
    long total = Files.size(file);
    progress.at(Step.HASH, 0, total);
    return Sha256.of(file, done -> progress.at(Step.HASH, done, total));
  }

  @Override
  public void close() {
    try {
      if (Files.exists(path, NOFOLLOW_LINKS)) {
        Files.deleteIfExists(path);
      }
    } catch (IOException _) {
      // the next transaction sweeps it, once this process is gone
    }
  }

  private static void deleteAfter(Exception e, Path staged) {
    try {
      Files.deleteIfExists(staged);
    } catch (IOException f) {
      e.addSuppressed(f);
    }
  }
}
