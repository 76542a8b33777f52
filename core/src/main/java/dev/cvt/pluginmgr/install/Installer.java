package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.InstallRequest;
import dev.cvt.pluginmgr.StateFile.InstallRequest.Source;
import dev.cvt.pluginmgr.StateFile.Installed;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Refused.Reason;
import dev.cvt.pluginmgr.file.ExclusiveLock;
import dev.cvt.pluginmgr.file.Modes;
import dev.cvt.pluginmgr.file.Sha256;
import dev.cvt.pluginmgr.state.StateDocument;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Install and rollback.
 *
 * @param clock for the time in the entry
 */
public record Installer(Layout layout, InstantSource clock) {

  /** Installs what was asked for. */
  public Installed install(InstallRequest request) throws InterruptedException {
    Refusal.checkName(request.name());
    request.sha256().ifPresent(Installer::checkHash);
    var notDone = "plugin \"" + request.name() + "\" was not installed";
    try {
      var source = Sources.check(request.source(), layout);
      prepareRoot();
      return source instanceof Source.File(var file) && layout.guard().contains(file)
          ? inPlace(file, request, notDone)
          : copied(source, request, notDone);
    } catch (IOException e) {
      throw Refusal.io(notDone, e, "nothing was changed");
    }
  }

  /** Returns to the binary that the last install replaced. */
  public Entry rollback(String name) throws InterruptedException {
    Refusal.checkName(name);
    var notDone = "plugin \"" + name + "\" was not rolled back";
    Refusal.checkInstalled(name, layout.store().read());
    try (var tx = Transaction.begin(layout, notDone)) {
      var before = Refusal.checkInstalled(name, tx.current());
      var binary =
          layout.binary(before).orElseThrow(() -> Refusal.badPath(name, before, layout.root()));
      Refusal.checkSafe(layout.guard().links(binary));
      var previous = new Previous(layout, name);
      var hash =
          previous
              .hash(Optional.of(before))
              .orElseThrow(
                  () ->
                      Refusal.of(
                          Reason.NO_PREVIOUS,
                          "plugin \"" + name + "\" has no earlier binary to go back to",
                          null,
                          "install the one that you want: cvt-plugins install PATH --name "
                              + name));
      try (var stage = Stage.link(previous.folder().resolve(hash), layout)) {
        if (!stage.sha256().equals(hash)) {
          throw new Refused(
              Reason.MISMATCH,
              "the earlier binary of plugin \"%s\" was changed since it was kept: expected %s, found %s"
                  .formatted(name, hash.substring(0, 12), stage.sha256().substring(0, 12)),
              previous.folder().resolve(hash),
              hash,
              stage.sha256(),
              "install the one that you want: cvt-plugins install PATH --name " + name,
              null);
        }
        var swap =
            new Swap(
                layout, tx.current(), name, notDone, "plugin \"" + name + "\" was rolled back");
        var after = entry(binary, hash);
        return tx.change(
            notDone,
            () -> {
              swap.replace(stage.path(), binary, after);
              return after;
            });
      }
    } catch (IOException e) {
      throw Refusal.io(notDone, e, "nothing was changed");
    }
  }

  private Installed copied(Source source, InstallRequest request, String notDone)
      throws IOException, InterruptedException {
    var binary = layout.root().resolve(Sources.fileName(source));
    warmUpLock();
    try (var stage = Stage.copy(source, layout, request.progress())) {
      if (stage.size() == 0) {
        throw Sources.empty(source);
      }
      checkExpected(request, stage.sha256());
      try (var tx = Transaction.begin(layout, notDone)) {
        checkFree(binary, request.name(), tx.current());
        var after = entry(binary, stage.sha256());
        return tx.change(
            notDone,
            () -> {
              swap(tx.current(), request.name(), notDone).replace(stage.path(), binary, after);
              return new Installed(after, tx.current().entry(request.name()), true);
            });
      }
    }
  }

  private Installed inPlace(Path binary, InstallRequest request, String notDone)
      throws IOException, InterruptedException {
    warmUpLock();
    Refusal.checkSafe(layout.guard().ownerAndMode(binary, false));
    var facts = FileFacts.of(binary);
    var hash = Stage.hash(binary, request.progress());
    try (var tx = Transaction.begin(layout, notDone)) {
      if (!FileFacts.of(binary).equals(facts)) {
        hash = Stage.hash(binary, request.progress()); // now nobody else installs over it
      }
      checkExpected(request, hash);
      checkFree(binary, request.name(), tx.current());
      var after = entry(binary, hash);
      return tx.change(
          notDone,
          () -> {
            swap(tx.current(), request.name(), notDone).record(binary, after);
            return new Installed(after, tx.current().entry(request.name()), false);
          });
    }
  }

  private Swap swap(StateDocument current, String name, String notDone) {
    return new Swap(layout, current, name, notDone, "plugin \"" + name + "\" was installed");
  }

  /** Makes the root, or tightens it: what others can see or change there is not for them. */
  private void prepareRoot() throws IOException {
    var guard = layout.guard();
    Refusal.checkSafe(guard.above());
    Refusal.checkSafe(guard.links(layout.root()));
    Modes.createFolders(layout.root());
    Refusal.checkSafe(guard.owner(layout.root()));
    Modes.set(layout.root(), Modes.PRIVATE_FOLDER);
  }

  /** The place must be nobody else's, or removing one plugin would delete the other's binary. */
  private void checkFree(Path binary, String name, StateDocument current) {
    for (var other : current.plugins().entrySet()) {
      if (!other.getKey().equals(name)
          && layout.binary(other.getValue().entry()).filter(p -> isSame(p, binary)).isPresent()) {
        throw Refusal.of(
            Reason.TAKEN,
            "%s already belongs to plugin \"%s\"".formatted(binary, other.getKey()),
            binary,
            "rename the source file, or install it as \"%1$s\", or first run: cvt-plugins remove %1$s"
                .formatted(other.getKey()));
      }
    }
    if (Files.isDirectory(binary, NOFOLLOW_LINKS)) {
      throw Refusal.of(
          Reason.TAKEN, binary + " is a folder", binary, "rename the source file, or that folder");
    }
  }

  /** Also where the file system takes two spellings for one name. */
  private static boolean isSame(Path a, Path b) {
    try {
      return a.equals(b)
          || (Files.exists(a, NOFOLLOW_LINKS)
              && Files.exists(b, NOFOLLOW_LINKS)
              && a.toRealPath(NOFOLLOW_LINKS).equals(b.toRealPath(NOFOLLOW_LINKS)));
    } catch (IOException _) {
      return false;
    }
  }

  private static void checkHash(String hash) {
    if (!Sha256.isHash(hash.toLowerCase(Locale.ROOT))) {
      throw Refusal.of(
          Reason.BAD_HASH,
          "not a SHA-256: \"" + hash + "\"",
          null,
          "give all 64 hex digits, as sha256sum prints them");
    }
  }

  private static void checkExpected(InstallRequest request, String found) {
    var expected = request.sha256().map(hash -> hash.toLowerCase(Locale.ROOT));
    if (expected.isPresent() && !expected.get().equals(found)) {
      // As much of both as shows that they differ.
      int shown = expected.get().substring(0, 12).equals(found.substring(0, 12)) ? 64 : 12;
      throw new Refused(
          Reason.UNEXPECTED_HASH,
          "plugin \"%s\" was not installed: expected SHA-256 %s, found %s"
              .formatted(
                  request.name(), expected.get().substring(0, shown), found.substring(0, shown)),
          null,
          expected.get(),
          found,
          "get the file again from where that hash was published; nothing was changed",
          null);
    }
  }

  private Entry entry(Path binary, String hash) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
    return new Entry(binary.toString(), hash, now);
  }

  /** So that the first lock of a process is ready when the binary has been copied and hashed. */
  private void warmUpLock() {
    if (layout.root().getFileSystem().equals(FileSystems.getDefault())) {
      Thread.ofPlatform()
          .daemon()
          .name("pluginmgr-lock-warm-up")
          .start(
              ExclusiveLock::warmUp); // ends by itself; whoever needs the lock first waits for it
    }
  }
}
