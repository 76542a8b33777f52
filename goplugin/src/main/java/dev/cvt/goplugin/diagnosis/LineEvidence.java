package dev.cvt.goplugin.diagnosis;

import dev.cvt.goplugin.Exit;
import dev.cvt.goplugin.Handshake;
import dev.cvt.goplugin.StartFailure.Diagnosis;
import dev.cvt.goplugin.StartFailure.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What was seen of a program that did not come to its handshake line, and what is to be made of it.
 * Pure.
 *
 * @param phase how far it came
 * @param handshake what it was offered
 * @param otherLines how many lines came on standard output instead
 * @param firstOther the first of them
 * @param garbled a line that looked like it, and what was wrong with it
 * @param stderr the last of standard error
 * @param writers the processes that have the program open for writing
 */
public record LineEvidence(
    Phase phase,
    Handshake handshake,
    int otherLines,
    String firstOther,
    Optional<Garbled> garbled,
    String stderr,
    List<Long> writers) {
  private static final int QUOTED = 200;

  /** go-plugin's own words for a start without the right cookie, in all of its versions. */
  private static final String[] COOKIE_WORDS = {
    "This binary is a plugin", "not meant to be executed directly"
  };

  private static final Pattern LIBRARY =
      Pattern.compile(
          "error while loading shared libraries: ([^:\\n]+):|Library not loaded: (\\S+)"
              + "|Error loading shared library ([^:\\n]+):");

  /** Who executes it: {@code setsid}, or the gate of its control group, a shell. */
  private static final Pattern EXEC_FAILED =
      Pattern.compile(
          "^(?:setsid: |goplugin-gate: (?:exec: )?(?:line )?[0-9]+: (?:exec: )?)(.*)",
          Pattern.MULTILINE);

  /** What programs that execute others exit with when they cannot. */
  private static final int NOT_EXECUTED = 126;

  private static final int NOT_FOUND = 127;

  private static final Pattern CANNOT_LISTEN =
      Pattern.compile("plugin init error.*?\"error\":\"((?:[^\"\\\\]|\\\\.)*)\"|plugin init error");

  /**
   * A line that looked like the handshake line.
   *
   * @param line its text
   * @param problem what was wrong with it
   */
  public record Garbled(String line, String problem) {}

  /** It has ended. */
  public Finding ended(Exit exit) {
    if (exit.outOfMemory()) {
      return finding(
          Diagnosis.OUT_OF_MEMORY,
          exit.description() + " before its handshake line",
          "give it, or the container it runs in, more memory");
    }
    if (exit.signal().isPresent()) {
      return finding(
          Diagnosis.KILLED,
          exit.description() + " before its handshake line",
          "look at its last words and at the system's log for who sent the signal");
    }
    return exitedWith(exit);
  }

  private Finding exitedWith(Exit exit) {
    var library = LIBRARY.matcher(stderr);
    if (library.find()) {
      return finding(
          Diagnosis.LIBRARY_MISSING,
          "it needs the shared library " + anyGroup(library) + ", which is not there",
          "install the library, or a statically linked build of the plugin");
    }
    int code = exit.code().orElse(0);
    var refused = EXEC_FAILED.matcher(stderr);
    if ((code == NOT_EXECUTED || code == NOT_FOUND) && refused.find()) {
      return notExecuted(refused.group(1));
    }
    if (garbled.isPresent()) {
      return garbled(garbled.get());
    }
    if (cookieRefused()) {
      return finding(
          Diagnosis.COOKIE_REFUSED,
          "it refused the magic cookie "
              + handshake.cookieKey()
              + "="
              + handshake.cookieValue()
              + " and "
              + exit.description(),
          "it is a plugin for another program, or another version of this one: install the right"
              + " one");
    }
    var listen = CANNOT_LISTEN.matcher(stderr);
    if (listen.find()) {
      return finding(
          Diagnosis.CANNOT_LISTEN,
          "it cannot listen"
              + Optional.ofNullable(listen.group(1)).map(why -> ": " + why).orElse("")
              + ", and "
              + exit.description(),
          "make sure that its folder for sockets exists, has room, and may be written to");
    }
    return otherLines > 0 ? notAPlugin(exit.description()) : silentExit(exit);
  }

  private Finding silentExit(Exit exit) {
    return finding(
        Diagnosis.EXITED,
        exit.description() + " before its handshake line",
        stderr.isBlank()
            ? "make sure that it is a plugin, and run it by hand to see what it says"
            : "look at its last words");
  }

  /** The words are in the plugin's language; that a file is busy can be seen as well. */
  private Finding notExecuted(String why) {
    if (why.contains("Text file busy") || !writers.isEmpty()) {
      return new Finding(
          Phase.EXEC,
          Diagnosis.TEXT_FILE_BUSY,
          "somebody has the program open for writing"
              + (writers.isEmpty() ? "" : ": process " + writers.getFirst()),
          "wait until whoever copies it there is done; copy to another name and rename");
    }
    return new Finding(
        Phase.EXEC,
        Diagnosis.EXEC_REFUSED,
        "the system refused to execute it: " + why,
        "run it by hand as this user to see why");
  }

  /** It had nothing to say until the deadline. */
  public Finding timedOut(Duration deadline) {
    if (garbled.isPresent()) {
      return garbled(garbled.get());
    }
    if (otherLines > 0) {
      return notAPlugin("printed no handshake line within " + deadline.toMillis() + " ms");
    }
    return finding(
        Diagnosis.SILENT,
        "it printed nothing within " + deadline.toMillis() + " ms",
        "find out what it waits for (its last words, if any, may tell), or raise the start"
            + " timeout");
  }

  /** It cannot print the line any more. */
  public Finding closedStdout() {
    return otherLines > 0
        ? notAPlugin("closed its standard output without the handshake line")
        : finding(
            Diagnosis.STDOUT_CLOSED,
            "it closed its standard output without a handshake line, and runs on",
            "it is no plugin, or puts itself into the background, which a plugin must not do");
  }

  /** It printed more than anybody does by accident. */
  public Finding tooMuch(long bytes) {
    return garbled.isPresent()
        ? garbled(garbled.get())
        : notAPlugin("printed " + otherLines + " lines (" + bytes + " bytes) that are none");
  }

  private Finding notAPlugin(String what) {
    return finding(
        Diagnosis.NOT_A_PLUGIN,
        "it does not speak like a plugin: it printed \"" + quoted(firstOther) + "\" and " + what,
        "make sure that this is the plugin's program, and not some other");
  }

  /** What it printed was meant to be the line. */
  public Finding garbled(Garbled line) {
    return finding(
        Diagnosis.LINE_GARBLED,
        "its handshake line \"" + quoted(line.line()) + "\" cannot be read: " + line.problem(),
        "have its author print CORE|APP|NETWORK|ADDRESS|PROTOCOL");
  }

  private boolean cookieRefused() {
    var said = stderr + firstOther;
    for (var words : COOKIE_WORDS) {
      if (said.contains(words)) {
        return true;
      }
    }
    return said.contains(handshake.cookieKey());
  }

  private static String anyGroup(java.util.regex.Matcher matcher) {
    for (int i = 1; i <= matcher.groupCount(); i++) {
      if (matcher.group(i) != null) {
        return matcher.group(i).strip();
      }
    }
    return "";
  }

  private static String quoted(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
  }

  private Finding finding(Diagnosis diagnosis, String fact, String remedy) {
    return new Finding(phase, diagnosis, fact, remedy);
  }
}
