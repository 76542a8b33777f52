package dev.cvt.pluginmgr.supervise;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What tells an installed binary from any other without reading it: its entry and its file's facts.
 */
final class Fingerprint {
  private Fingerprint() {}

  /** Never throws: what cannot be looked at is a fact as well. */
  static String of(StateFile state, Config.Plugin plugin) {
    return entry(state, plugin.name()) + " " + file(plugin);
  }

  private static String entry(StateFile state, String plugin) {
    try {
      return String.valueOf(state.read().plugins().get(plugin));
    } catch (StateFile.Refused e) {
      return e.reason().name();
    }
  }

  private static String file(Config.Plugin plugin) {
    try {
      BasicFileAttributes facts =
          Files.readAttributes(
              plugin.binary(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return facts.size() + " " + facts.lastModifiedTime() + " " + facts.fileKey();
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }
}
