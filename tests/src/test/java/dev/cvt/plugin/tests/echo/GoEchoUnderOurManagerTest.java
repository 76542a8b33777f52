package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.plugin.tests.peers.Peers;
import dev.cvt.pluginmgr.StateFile;
import java.nio.file.Path;

/** The kit of theirs, under the manager of ours. */
final class GoEchoUnderOurManagerTest extends EchoContract {

  @Override
  Path plugin(Path folder) {
    return Peers.goEcho();
  }

  @Override
  void install(Home home, Path plugin) throws InterruptedException {
    StateFile.at(home.stateJson(), home.plugins()).install(plugin, "echo");
  }

  @Override
  EchoHost start(Home home) throws InterruptedException {
    return OurHost.start(home);
  }
}
