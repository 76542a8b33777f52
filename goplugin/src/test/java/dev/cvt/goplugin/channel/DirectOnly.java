package dev.cvt.goplugin.channel;

import static dev.cvt.goplugin.channel.Asking.LONG;

import dev.cvt.goplugin.channel.RawServer.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A channel to a raw server on which every call goes directly, and its poller. */
final class DirectOnly implements AutoCloseable {
  final Poller poller = new Poller("test");
  private final List<RawServer> servers = new ArrayList<>();
  private final List<DirectChannel> channels = new ArrayList<>();

  /** Of a server in that folder, which may have one. */
  DirectChannel channel(Path folder, Script script) throws Exception {
    var server = new RawServer(folder.resolve("s"), script);
    servers.add(server);
    var channel =
        new DirectChannel(
            () -> {
              throw new IllegalStateException("every call of this test goes directly");
            },
            poller,
            new Buffers(),
            server.address,
            Optional.empty(),
            "localhost",
            4 << 20);
    channels.add(channel);
    channel.connect();
    channel.ready().get(LONG.toSeconds(), TimeUnit.SECONDS);
    return channel;
  }

  /** How many timers the poller has. */
  int timers() throws Exception {
    var timers = (Queue<?>) field(poller, "timers");
    var size = new CompletableFuture<Integer>();
    poller.execute(() -> size.complete(timers.size()));
    return size.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  /** What nothing else shows. */
  static Object field(Object of, String name) throws ReflectiveOperationException {
    var field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  @Override
  public void close() throws IOException {
    channels.forEach(DirectChannel::close);
    for (var each : servers) {
      each.close();
    }
    poller.close();
  }
}
