package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Invalid;
import dev.cvt.pluginmgr.Config.Problem;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The user's home folder, found as Go finds it: {@code $HOME} and nothing else. */
public final class Home {
  static final String VARIABLE = "HOME";

  private Home() {}

  /**
   * The home that these variables name.
   *
   * @throws Invalid if they name none that can be used
   */
  public static Path fromEnvironment(FileSystem files, Map<String, String> env) {
    var text = env.getOrDefault(VARIABLE, "");
    if (text.isEmpty()) {
      throw missing();
    }
    return usable(files, text)
        .orElseThrow(
            () ->
                invalid(
                    "HOME is %s, which is no absolute path".formatted(Shown.quoted(text)),
                    "set it to the absolute path of your home folder"));
  }

  /** The same, or nothing. */
  public static Optional<Path> ifUsable(FileSystem files, Map<String, String> env) {
    var text = env.getOrDefault(VARIABLE, "");
    return text.isEmpty() ? Optional.empty() : usable(files, text);
  }

  /** What there is to say when there is no home. */
  public static Invalid missing() {
    return invalid(
        "the environment variable HOME is not set, or empty, so ~/.cvt cannot be found",
        "set HOME to the absolute path of your home folder");
  }

  /** Where every plugin's binary must be. */
  public static Path pluginRoot(Path home) {
    return home.resolve(".cvt").resolve("plugins");
  }

  private static Optional<Path> usable(FileSystem files, String text) {
    try {
      return Optional.of(files.getPath(text)).filter(Path::isAbsolute).map(Path::normalize);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Invalid invalid(String what, String remedy) {
    return new Invalid(List.of(new Problem("", "", what, remedy)));
  }
}
