package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A binary in a manager's private folder, whose bytes were verified there: what is executed. */
public final class VerifiedBinary implements AutoCloseable {

  private final Path installed;
  private final Path executable;
  private final String sha256;
  private final FileFacts facts;
  private final FileFacts folder;
  private final boolean copied;

  VerifiedBinary(
      Path installed,
      Path executable,
      String sha256,
      FileFacts facts,
      FileFacts folder,
      boolean copied) {
    this.installed = installed;
    this.executable = executable;
    this.sha256 = sha256;
    this.facts = facts;
    this.folder = folder;
    this.copied = copied;
  }

  /** What to execute; its file name is that of the installed binary. */
  public Path executable() {
    return executable;
  }

  /** Its hash, all 64 digits. */
  public String sha256() {
    return sha256;
  }

  /** Whether it is a private copy rather than a second name of the installed file. */
  public boolean isCopy() {
    return copied;
  }

  /**
   * Looks again whether the executed file is the verified one, unwritten since: to be called once
   * the process runs and before anything is sent to it. Compares size, mtime, ctime and inode, and
   * the folder around it.
   *
   * @throws Refused {@code EXCHANGED} if it is not; {@code TOUCHED} if nobody can say, as when
   *     another manager links the same binary at this moment: end the process and start again from
   *     {@link RunFolder#copy}, once
   */
  public void recheck() {
    FileFacts now;
    FileFacts folderNow;
    try {
      now = FileFacts.of(executable);
      folderNow = FileFacts.of(Binaries.folder(executable));
    } catch (NoSuchFileException _) {
      throw exchanged(installed, executable);
    } catch (IOException e) {
      throw Refusal.io(installed + " could not be looked at again", e, "it is not trusted");
    }
    if (now.equals(facts) && folderNow.equals(folder)) {
      return;
    }
    if (!copied && facts.isTouched(now) && folderNow.equals(folder)) {
      throw Refusal.of(
          Reason.TOUCHED,
          installed + " was linked, replaced or written to while it was being started",
          installed,
          "start it again; if it stays so, see what keeps touching it");
    }
    throw exchanged(installed, executable);
  }

  /** Deletes the link. Idempotent; what runs from it is not disturbed. */
  @Override
  public void close() {
    Tree.delete(Binaries.folder(executable));
  }

  static Refused exchanged(Path installed, Path executable) {
    return Refusal.of(
        Reason.EXCHANGED,
        installed
            + " was exchanged or written to while it was being started: "
            + executable
            + " is not the file any more that was verified",
        installed,
        "nothing was sent to it; find out who did that before you install it again");
  }
}
