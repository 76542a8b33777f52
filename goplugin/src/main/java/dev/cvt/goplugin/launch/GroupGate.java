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
 * instruction: a shell that puts itself in and then becomes the program. To put a process in from
 * outside is always too late for what it starts at once.
 *
 * @param shell one that hands on an environment as it is, but for the variables of its own; empty
 *     if there is none
 */
record GroupGate(Optional<Path> shell) {
  /** These a shell sets by itself. */
  private static final List<String> ITS_OWN = List.of("PWD", "OLDPWD");

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
   * @param entrance what the shell writes 0 to
   */
  Optional<List<String>> before(Path entrance, Map<String, String> environment) {
    if (shell.isEmpty()
        || !environment.keySet().stream().allMatch(name -> KEPT.matcher(name).matches())) {
      return Optional.empty();
    }
    var script = new StringBuilder();
    var words = new ArrayList<String>();
    for (String own : ITS_OWN) {
      String given = environment.get(own);
      if (given == null) {
        script.append("unset ").append(own).append("; ");
      } else {
        script.append(own).append("=$1; shift; ");
        words.add(given);
      }
    }
    script.append("{ echo 0 >\"$0\"; } 2>/dev/null; exec \"$@\"");
    words.addAll(0, List.of(shell.get().toString(), "-c", script.toString(), entrance.toString()));
    return Optional.of(words);
  }
}
