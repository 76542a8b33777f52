package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config.Invalid;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads both files of a home. */
public final class Loader {
  private final Optional<Path> home;
  private final Map<String, String> env;

  public Loader(Optional<Path> home, Map<String, String> env) {
    this.home = home;
    this.env = env;
  }

  /**
   * What the two files say.
   *
   * @throws Invalid with everything that is wrong
   */
  public Loaded load(Path configYaml) {
    var folder = home.orElseGet(() -> Home.fromEnvironment(configYaml.getFileSystem(), env));
    return Loaded.empty(Optional.of(folder)).from(configYaml);
  }
}
