package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import java.io.IOException;
import java.nio.file.Path;

/** Holds the table itself: nothing of ours takes part. */
final class GoEchoUnderGoManagerTest extends EchoContract {

  @Override
  Path plugin(Path folder) {
    return Peers.goEcho();
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
