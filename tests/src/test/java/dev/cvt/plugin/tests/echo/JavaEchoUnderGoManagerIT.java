package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Ours;
import java.io.IOException;
import java.nio.file.Path;

/** The kit of ours, packed into one file, under the manager of theirs. */
final class JavaEchoUnderGoManagerIT extends EchoContract {

  @Override
  Path plugin(Path folder) {
    return Ours.javaEcho();
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
