package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.file.Copy;
import dev.cvt.pluginmgr.file.Sha256;
import dev.cvt.pluginmgr.file.Stat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is done to binaries, mostly where nobody waits for it and nobody may interrupt it. */
final class Binaries {

  private Binaries() {}

  /** The hash of a file under the root; empty if there is none, or only by way of a link. */
  static String hashIfRegular(Layout layout, Path binary) throws IOException {
    if (!layout.guard().links(binary).isEmpty() || !Stat.isFile(binary)) {
      return "";
    }
    try {
      return Sha256.of(binary, _ -> {});
    } catch (NoSuchFileException _) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Gives a file a second name; where links are impossible, a second life. Replaces the target. */
  static void linkOrCopy(Path existing, Path target) throws IOException {
    try {
      linkOrCopyUnlessInterrupted(existing, target);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** The same where somebody may. */
  static void linkOrCopyUnlessInterrupted(Path existing, Path target)
      throws IOException, InterruptedException {
    Files.deleteIfExists(target);
    try {
      Files.createLink(target, existing);
    } catch (IOException | UnsupportedOperationException e) {
      try {
        Copy.file(existing, target, _ -> {});
      } catch (IOException f) {
        f.addSuppressed(e);
        throw f;
      }
    }
  }

  /** The folder of a file that lies in one. */
  static Path folder(Path file) {
    var folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("not in a folder: " + file);
    }
    return folder;
  }
}
