package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.StateFile;
import java.nio.file.Path;

/**
 * The private folder of one manager, {@code .run/PID-START} under the plugin root: the verified
 * binaries that it executes lie there, and the plugin names that it runs can be read off it, so that
 * {@code remove} can refuse. Thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester") // bodies follow
public final class RunFolder implements AutoCloseable {

  private RunFolder() {}

  /**
   * Makes the folder of a new manager (0700) and sweeps those of managers that are dead.
   *
   * @throws StateFile.Refused if the plugin root is not safe, or the folder cannot be made
   */
  public static RunFolder open(StateFile state) {
    throw new UnsupportedOperationException();
  }

  /** The folder. */
  public Path path() {
    throw new UnsupportedOperationException();
  }

  /** Says that this manager runs a plugin, also while it waits for a restart. Idempotent. */
  public void claim(String plugin) {
    throw new UnsupportedOperationException();
  }

  /** Takes back a claim; the links of that plugin go too. Idempotent. */
  public void release(String plugin) {
    throw new UnsupportedOperationException();
  }

  /**
   * Links a plugin's installed binary into this folder and verifies the link: the state has an entry,
   * its path is the configured one, owners and modes are safe, the bytes have the recorded hash.
   * Where links are impossible it is a copy. Several may exist of one plugin at a time.
   *
   * @throws StateFile.Refused if anything of that does not hold, after a second look under the lock
   */
  public VerifiedBinary link(String plugin, Path configuredBinary) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /**
   * The same as a private copy, which no other manager or install touches: for the second try after
   * {@link VerifiedBinary#recheck} was refused as {@code TOUCHED}.
   */
  public VerifiedBinary copy(String plugin, Path configuredBinary) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** Deletes the folder with all in it. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
