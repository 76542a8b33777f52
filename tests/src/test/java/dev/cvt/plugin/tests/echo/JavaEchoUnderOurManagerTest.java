package dev.cvt.plugin.tests.echo;

import dev.cvt.plugin.tests.peers.Home;
import dev.cvt.pluginmgr.StateFile;
import java.io.IOException;
import java.nio.file.Path;

/** Ours under ours: nothing of it may depend on both being wrong alike, which the others tell. */
final class JavaEchoUnderOurManagerTest extends EchoContract {

  @Override
  Path plugin(Path folder) throws IOException {
    return JavaEcho.script(folder);
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
