package dev.cvt.pluginmgr.file;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Paths in commands that a person is told to run. */
public final class Shell {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private Shell() {}

  /** A path as a POSIX shell takes it. */
  public static String quote(Path path) {
    return quote(path.toString());
  }

  /** A word as a POSIX shell takes it. */
  public static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
