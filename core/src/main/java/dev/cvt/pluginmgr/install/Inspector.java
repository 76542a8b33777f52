package dev.cvt.pluginmgr.install;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.cvt.pluginmgr.StateFile.Entry;
import dev.cvt.pluginmgr.StateFile.Inspection;
import dev.cvt.pluginmgr.StateFile.Refused;
import dev.cvt.pluginmgr.StateFile.Running;
import dev.cvt.pluginmgr.file.Modes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Everything that is known of a plugin without hashing it. */
public record Inspector(Layout layout) {

  /** Looks. */
  public Inspection inspect(String name) {
    var entry = Refusal.checkInstalled(name, layout.store().read());
    var running = running(name);
    return new Inspection(
        name,
        entry,
        layout.binary(entry).flatMap(this::facts),
        problem(name, entry),
        new Previous(layout, name).hash(Optional.of(entry)),
        running);
  }

  private List<Running> running(String name) {
    try {
      return RunningManagers.of(layout, name);
    } catch (IOException e) {
      throw Refusal.io(
          "nobody can say who runs plugin \"" + name + "\"", e, "nothing is known of it");
    }
  }

  private Optional<Refused> problem(String name, Entry entry) {
    try {
      var verifier = new Verifier(layout);
      var binary = verifier.binary(name, entry);
      verifier.checkThere(name, binary);
      Refusal.checkSafe(Safety.findings(layout, binary));
      verifier.checkExecutable(name, binary);
      return Optional.empty();
    } catch (Refused e) {
      return Optional.of(e);
    } catch (IOException e) {
      return Optional.of(
          Refusal.io(
              "plugin \"" + name + "\" could not be looked at", e, "nothing is known of it"));
    }
  }

  private Optional<Inspection.Binary> facts(Path binary) {
    try {
      if (!layout.guard().links(binary).isEmpty()) {
        return Optional.empty();
      }
      var modes = Modes.read(binary);
      return Optional.of(
          new Inspection.Binary(
              Files.size(binary),
              modes.map(m -> PosixFilePermissions.toString(m.permissions())).orElse(""),
              modes.map(m -> m.owner().getName()).orElse(""),
              Files.getLastModifiedTime(binary, NOFOLLOW_LINKS)
                  .toInstant()
                  .atOffset(ZoneOffset.UTC)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
