package dev.cvt.pluginmgr.install;

import java.nio.file.Path;

/** A binary in a manager's private folder, whose bytes were verified there: what is executed. */
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class VerifiedBinary implements AutoCloseable {

  private VerifiedBinary() {}

  /** What to execute; its file name is that of the installed binary. */
  public Path executable() {
    throw new UnsupportedOperationException();
  }

  /** Its hash, all 64 digits. */
  public String sha256() {
    throw new UnsupportedOperationException();
  }

  /**
   * Looks again whether the executed file is the verified one, unwritten since: to be called once the
   * process runs and before anything is sent to it. Compares size, mtime, ctime and inode.
   *
   * @throws dev.cvt.pluginmgr.StateFile.Refused {@code EXCHANGED} if it is not; {@code TOUCHED} if
   *     nobody can say, as when another manager links the same binary at this moment: end the process
   *     and start again from {@link RunFolder#copy}, once
   */
  public void recheck() {
    throw new UnsupportedOperationException();
  }

  /** Deletes the link. Idempotent; what runs from it is not disturbed. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
