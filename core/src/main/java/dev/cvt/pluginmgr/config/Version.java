package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.config.Node.Scalar;

/** The version that a file says it is of. */
record Version(Problems problems) {
  /** Takes 1, and 0 for "not said". */
  void check(Scalar version, KeyPath path) {
    var text = version.text();
    if (version.plain() && (text.equals("0") || text.equals("1"))) {
      return;
    }
    if (version.plain() && text.matches("[1-9][0-9]{0,8}")) {
      problems.error(
          version.spot(),
          path,
          "version %s is newer than this program, which knows version 1".formatted(text),
          "upgrade pluginmgr, or write %s: 1".formatted(path.text()));
    } else {
      problems.error(
          version.spot(),
          path,
          "%s is not a version".formatted(Shown.quoted(text)),
          "write %s: 1, without quotes".formatted(path.text()));
    }
  }
}
