package dev.cvt.goplugin.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a program is started through so that it is in its control group before its first
 * instruction: a shell that puts itself in and then becomes the program, at once or only at a word.
 * To put a process in from outside is always too late for what it starts at once.
 *
 * @param shell one that hands on an environment as it is, but for the variables of its own; empty
 *     if there is none
 */
record GroupGate(Optional<Path> shell) {
  /** What the shell calls itself when it says why it cannot become the program. */
  static final String NAME = "goplugin-gate";

  /** These a shell sets by itself. */
  private static final List<String> ITS_OWN = List.of("PWD", "OLDPWD");

  /**
   * Waits for the word, which is an empty line; without one, as when whoever would say it is no
   * more, the shell ends. What is read needs a variable, so one that is set anew right after.
   */
  private static final String WAIT = "read -r PWD || exit; ";

  /** Shells lose variables with other names. */
  private static final Pattern KEPT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Bash insists on variables of its own. */
  private static final Set<String> PLAIN = Set.of("dash", "busybox");

  /** With the shell of this machine. */
  static GroupGate system() {
    return new GroupGate(
        List.of("/bin/sh", "/bin/dash", "/usr/bin/dash").stream()
            .map(Path::of)
            .filter(GroupGate::isPlain)
            .findFirst());
  }

  private static boolean isPlain(Path shell) {
    try {
      return Files.isExecutable(shell)
          && PLAIN.contains(String.valueOf(shell.toRealPath().getFileName()));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The words that come before the program's own. Empty if the program would not get these
   * variables as they are.
   *
   * @param entrance what the shell writes 0 to, if it is to enter a group
   * @param waits whether it becomes the program only at a word on its standard input, which the
   *     program then does not get
   */
  Optional<List<String>> before(
      Optional<Path> entrance, Map<String, String> environment, boolean waits) {
    if (shell.isEmpty()
        || !environment.keySet().stream().allMatch(name -> KEPT.matcher(name).matches())) {
      return Optional.empty();
    }
    var script = new StringBuilder();
    var words = new ArrayList<String>();
    if (entrance.isPresent()) {
      script.append("{ echo 0 >\"$1\"; } 2>/dev/null; shift; ");
      words.add(entrance.get().toString());
    }
    if (waits) {
      script.append(WAIT);
    }
    for (String own : ITS_OWN) {
      String given = environment.get(own);
      if (given == null) {
        script.append("unset ").append(own).append("; ");
      } else {
        script.append(own).append("=$1; shift; ");
        words.add(given);
      }
    }
    script.append("exec \"$@\"").append(waits ? " </dev/null" : "");
    words.addAll(0, List.of(shell.get().toString(), "-c", script.toString(), NAME));
    return Optional.of(words);
  }
}
