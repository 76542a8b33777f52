package dev.cvt.pluginmgr.state;

import java.util.regex.Pattern;

/** Texts of others' making, such as names in a state file, in messages for people. */
public final class Printable {

  /** Controls, old and new, and what turns the direction of writing around or breaks lines. */
  private static final Pattern COMMANDS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Printable() {}

  /** The text with U+FFFD for all that a terminal would obey rather than show. */
  public static String of(String text) {
    return COMMANDS.matcher(text).replaceAll("\uFFFD");
  }
}
