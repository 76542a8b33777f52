package dev.cvt.pluginmgr.install;

import dev.cvt.pluginmgr.file.PathGuard.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What must hold of owners, modes and links before a binary may be executed. */
final class Safety {

  private Safety() {}

  /** Everything that does not hold, from the root down. */
  static List<Finding> findings(Layout layout, Path binary) throws IOException {
    var guard = layout.guard();
    var findings = new ArrayList<>(guard.above());
    findings.addAll(guard.links(binary));
    if (!findings.isEmpty()) {
      return findings; // modes of what a link leads to say nothing
    }
    findings.addAll(guard.ownerAndMode(layout.root(), true));
    for (var at = Binaries.folder(binary); !at.equals(layout.root()); at = Binaries.folder(at)) {
      findings.addAll(guard.ownerAndMode(at, true));
    }
    if (Files.exists(layout.state(), LinkOption.NOFOLLOW_LINKS)) {
      findings.addAll(guard.ownerAndMode(layout.state(), true));
    }
    findings.addAll(guard.ownerAndMode(binary, false));
    return findings;
  }
}
