package dev.cvt.pluginmgr.config;

import dev.cvt.pluginmgr.Config;
import dev.cvt.pluginmgr.Config.Invalid;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads both files of a home, and makes one thing of them. Immutable. */
public final class Loader {
  /** This manager's own settings, in the same folder as the config. */
  static final String OWN_FILE = "pluginmgr.yaml";

  private static final int MAIN_RANK = 1;
  private static final int OWN_RANK = 2;

  private final Optional<Path> home;
  private final Map<String, String> env;

  /**
   * A loader for one home.
   *
   * @param home in place of the one that the variables name
   * @param env the variables to read
   */
  public Loader(Optional<Path> home, Map<String, String> env) {
    this.home = home;
    this.env = env;
  }

  /**
   * What the two files say.
   *
   * @throws Invalid with everything that is wrong in either
   */
  public Loaded load(Path configYaml) {
    var files = configYaml.getFileSystem();
    if ("1".equals(env.get(Config.DISABLE_PLUGINS))) {
      return Loaded.empty(home.or(() -> Home.ifUsable(files, env))).from(configYaml);
    }
    var folder = home.orElseGet(() -> Home.fromEnvironment(files, env));
    var ownYaml = configYaml.resolveSibling(OWN_FILE);
    var problems = new Problems();
    var draft = new Draft();
    var paths = new FilePaths(folder, problems);

    tree(configYaml, MAIN_RANK, problems).ifPresent(new MainFile(draft, paths, problems)::bind);
    var declared = problems.none() || !draft.plugins().isEmpty();
    tree(ownYaml, OWN_RANK, problems)
        .ifPresent(document -> new OwnFile(draft, paths, problems).bind(document, declared));

    var values = new Values(env, problems);
    var loaded = draft.check(folder, values, problems);
    for (var secret : values.literalSecrets()) {
      Exposure.warn(secret.spot().rank() == MAIN_RANK ? configYaml : ownYaml, secret, problems);
    }
    return loaded.from(configYaml, problems.warnings());
  }

  private static Optional<Node> tree(Path file, int rank, Problems problems) {
    return BoundedText.read(file, rank, problems)
        .flatMap(text -> YamlTree.of(text, file.toString(), rank, problems));
  }
}
