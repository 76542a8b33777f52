package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Progress;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.Copy;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Stat;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/**
 * How a verified binary is made.
 *
 * @param configured where the config says that the binary lies; absolute and normalized
 * @param copy a private copy rather than a second name of the installed file
 * @param placed is told where it lies before it is hashed
 */
record Making(
    Layout layout, String plugin, Path configured, boolean copy, RunFolder.Placed placed) {

  private static final long LARGEST_COPIED_SCRIPT = 4 * 1024 * 1024;

  /**
   * Makes one.
   *
   * @param place the folder for it, which does not exist yet
   */
  VerifiedBinary make(StateDocument state, Path place) throws InterruptedException {
    var entry = Refusal.checkInstalled(plugin, state);
    var verifier = new Verifier(layout);
    var binary = verifier.binary(plugin, entry);
    checkConfigured(binary);
    try {
      verifier.checkThere(plugin, binary);
      Refusal.checkSafe(Safety.findings(layout, binary));
      verifier.checkExecutable(plugin, binary);
      Modes.createFolders(place);
      return verified(entry, binary, place, copy);
    } catch (NoSuchFileException _) {
      Tree.delete(place);
      throw Verifier.gone(plugin, binary); // in this very moment
    } catch (IOException e) {
      Tree.delete(place);
      throw Refusal.io("plugin \"" + plugin + "\" cannot be started", e, "it does not run");
    } catch (InterruptedException | RuntimeException | Error e) {
      Tree.delete(place);
      throw e;
    }
  }

  private VerifiedBinary verified(Entry entry, Path binary, Path place, boolean asCopy)
      throws IOException, InterruptedException {
    var executable = place.resolve(String.valueOf(binary.getFileName()));
    boolean copied = asCopy || isSmallScript(binary) || !isLinked(binary, executable);
    if (copied) {
      Copy.file(binary, executable, _ -> {});
    }
    // What is executed is judged by itself: the way to it may have changed since it was looked at.
    new Verifier(layout).checkThere(plugin, executable);
    Refusal.checkSafe(layout.guard().ownerAndMode(executable, false));
    var facts = FileFacts.of(executable);
    placed.at(executable);
    Ticks.pass(facts, executable);
    var hash = Stage.hash(executable, Progress.none());
    if (!FileFacts.of(executable).equals(facts)) {
      if (copied) {
        throw VerifiedBinary.exchanged(binary, executable);
      }
      Files.delete(executable); // somebody links or replaces it just now: out of his way
      return verified(entry, binary, place, true);
    }
    new Verifier(layout).checkHash(plugin, entry, binary, hash);
    return new VerifiedBinary(binary, executable, hash, facts, FileFacts.of(place), copied);
  }

  /**
   * Whether it is a script that costs nothing to copy. The kernel lets nobody write to a program
   * that runs, but an interpreter reads its script piece by piece, long after we looked for the
   * last time.
   */
  private static boolean isSmallScript(Path binary) throws IOException {
    try (var channel = Files.newByteChannel(binary, Set.of(READ, NOFOLLOW_LINKS))) {
      var start = ByteBuffer.allocate(2);
      return channel.size() <= LARGEST_COPIED_SCRIPT
          && channel.read(start) == 2
          && start.get(0) == '#'
          && start.get(1) == '!';
    }
  }

  /** Tries to link; a file system without links, or another owner, ask for a copy instead. */
  private static boolean isLinked(Path binary, Path executable) throws IOException {
    try {
      Files.createLink(executable, binary);
      return true;
    } catch (NoSuchFileException e) {
      if (!Stat.exists(binary)) {
        throw e;
      }
      return false; // it was replaced between its look-up and the link: that file lost its last
      // name
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  private void checkConfigured(Path installed) {
    if (!configured.equals(installed)) {
      var otherOne =
          Files.isRegularFile(configured)
              ? ", or install the other one: cvt-plugins install %s --name %s"
                  .formatted(configured, plugin)
              : "";
      throw new Refused(
          Reason.BAD_PATH,
          "the config says that the binary of plugin \"%s\" is %s, but installed is %s"
              .formatted(plugin, configured, installed),
          configured,
          installed.toString(),
          configured.toString(),
          "set binary: %s in config.yaml%s".formatted(installed, otherOne),
          null);
    }
  }
}
