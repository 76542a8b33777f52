package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Progress;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Sha256;
import dev.cvt.pluginmgr.file.Shell;
import dev.cvt.pluginmgr.file.Stat;
import dev.cvt.pluginmgr.state.GoTime;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Whether an installed binary is still the one that was installed. */
public record Verifier(Layout layout) {

  /** Hashes an entry's binary; believes a mismatch only under the lock. */
  public Entry verify(Entry entry, Progress progress) throws InterruptedException {
    var name = nameOf(entry, layout.store().read()).orElse("NAME");
    try {
      check(name, entry, progress);
      return entry;
    } catch (Refused first) {
      if (!isWorthASecondLook(first)) {
        throw first;
      }
      return secondLook(name, entry, progress, first);
    }
  }

  /** Whether a refusal may be no more than an install in its last instant. */
  static boolean isWorthASecondLook(Refused refused) {
    return refused.reason() == Reason.MISMATCH || refused.reason() == Reason.MISSING;
  }

  /**
   * The path of a binary whose entry can be verified at all.
   *
   * @throws Refused if the entry leads elsewhere, or holds no hash
   */
  Path binary(String name, Entry entry) {
    var binary =
        layout.binary(entry).orElseThrow(() -> Refusal.badPath(name, entry, layout.root()));
    if (!Sha256.isHash(entry.sha256())) {
      throw new Refused(
          Reason.BAD_HASH,
          "the state file has no SHA-256 of plugin \"%s\": expected 64 hex digits, found \"%s\""
              .formatted(name, cut(entry.sha256(), 80)),
          layout.state(),
          "64 hex digits",
          entry.sha256(),
          install(binary, name),
          null);
    }
    return binary;
  }

  /** That a binary is there and is a file. */
  void checkThere(String name, Path binary) throws IOException {
    if (!Stat.exists(binary)) {
      throw gone(name, binary);
    }
    if (!Stat.isFile(binary)) {
      throw Refusal.of(
          Reason.BAD_PATH,
          "the binary of plugin \"%s\" is not a regular file: %s".formatted(name, binary),
          binary,
          "install it again: cvt-plugins install PATH --name " + Shell.quote(name));
    }
  }

  /**
   * That it may be executed, by its mode. Looked at where it lies: the copy that a small script is
   * run from is executable whatever its source is.
   */
  void checkExecutable(String name, Path binary) throws IOException {
    if (!Modes.isExecutable(binary)) {
      throw Refusal.of(
          Reason.NOT_EXECUTABLE,
          "the binary of plugin \"%s\" is not executable: %s".formatted(name, binary),
          binary,
          "run: chmod u+x " + Shell.quote(binary));
    }
  }

  static Refused gone(String name, Path binary) {
    return Refusal.of(
        Reason.MISSING,
        "the binary of plugin \"%s\" is gone: %s".formatted(name, binary),
        binary,
        "install it again: cvt-plugins install PATH --name " + Shell.quote(name));
  }

  /** That the bytes have the hash of the entry. */
  void checkHash(String name, Entry entry, Path binary, String found) {
    if (!found.equals(entry.sha256())) {
      throw new Refused(
          Reason.MISMATCH,
          "%s is not the file that was installed: expected %s, found %s, modified %s, installed %s"
              .formatted(
                  binary,
                  cut(entry.sha256(), 12),
                  cut(found, 12),
                  modified(binary),
                  GoTime.format(entry.installedAt())),
          binary,
          entry.sha256(),
          found,
          "if you changed it yourself, " + install(binary, name),
          null);
    }
  }

  private void check(String name, Entry entry, Progress progress) throws InterruptedException {
    var binary = binary(name, entry);
    try {
      Refusal.checkSafe(layout.guard().links(binary));
      checkThere(name, binary);
      checkHash(name, entry, binary, Stage.hash(binary, progress));
    } catch (NoSuchFileException _) {
      throw gone(name, binary); // in this very moment
    } catch (IOException e) {
      throw Refusal.io(binary + " could not be verified", e, "nothing is known of it");
    }
  }

  private Entry secondLook(String name, Entry entry, Progress progress, Refused first)
      throws InterruptedException {
    try (var tx = Transaction.begin(layout, "plugin \"" + name + "\" could not be verified")) {
      var now = nameOf(entry, tx.current()).isPresent() ? entry : successor(entry, tx.current());
      check(name, now, progress);
      return now;
    } catch (Refused second) {
      if (second.reason() == Reason.IO || second.reason() == Reason.NO_LOCKS) {
        first.addSuppressed(second);
        throw first; // there can be no second look where there is no lock
      }
      throw second;
    }
  }

  /** The entry that an install has put in the place of another. */
  private static Entry successor(Entry entry, StateDocument document) {
    return document.plugins().values().stream()
        .map(StateDocument.Plugin::entry)
        .filter(other -> other.binaryPath().equals(entry.binaryPath()))
        .findFirst()
        .orElse(entry);
  }

  private static Optional<String> nameOf(Entry entry, StateDocument document) {
    // A stream asks a sorted map for its order, by a lambda that no start-up cache holds: 3 ms.
    for (var plugin : document.plugins().entrySet()) {
      if (plugin.getValue().entry().equals(entry)) {
        return Optional.of(plugin.getKey());
      }
    }
    return Optional.empty();
  }

  private static String install(Path binary, String name) {
    return "run: cvt-plugins install " + Shell.quote(binary) + " --name " + Shell.quote(name);
  }

  private static String modified(Path binary) {
    try {
      var time = Files.getLastModifiedTime(binary, NOFOLLOW_LINKS).toInstant();
      return GoTime.format(time.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
    } catch (IOException _) {
      return "at an unknown time";
    }
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
