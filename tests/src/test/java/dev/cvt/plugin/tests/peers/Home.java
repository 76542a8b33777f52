package dev.cvt.plugin.tests.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A home folder of a test, which Go's programs and ours share.
 *
 * @param folder what {@code HOME} says
 */
public record Home(Path folder) {

  /** {@code ~/.cvt/config.yaml}. */
  public Path configYaml() {
    return folder.resolve(".cvt/config.yaml");
  }

  /** {@code ~/.cvt/plugins}. */
  public Path plugins() {
    return folder.resolve(".cvt/plugins");
  }

  /** {@code ~/.cvt/plugins/state.json}. */
  public Path stateJson() {
    return plugins().resolve("state.json");
  }

  /** The bytes of the state file, as text. */
  public String state() throws IOException {
    return Files.readString(stateJson());
  }

  /** Writes the config file. */
  public Home configured(String yaml) throws IOException {
    Files.createDirectories(configYaml().getParent());
    Files.writeString(configYaml(), yaml);
    return this;
  }

  /** Go's command on this home. */
  public Program cvt(Object... arguments) {
    return Program.of(Peers.cvt(), arguments).with("HOME", folder);
  }

  /** Go's manager and state functions on this home. */
  public Program goManager(Object... arguments) {
    return Program.of(Peers.goManager(), arguments).with("HOME", folder);
  }
}
