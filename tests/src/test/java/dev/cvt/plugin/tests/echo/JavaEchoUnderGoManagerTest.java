package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.peers.Home;
import java.io.IOException;
import java.nio.file.Path;

/** The kit of ours, under the manager of theirs. */
final class JavaEchoUnderGoManagerTest extends EchoContract {

  @Override
  Path plugin(Path folder) throws IOException {
    return JavaEcho.script(folder);
  }

  @Override
  void install(Home home, Path plugin) {
    home.cvt("plugins", "install", plugin, "--name", "echo").run().ok();
  }

  @Override
  EchoHost start(Home home) throws IOException {
    return GoHost.start(home);
  }
}
