package dev.cvt.plugin.bench.subject;

import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A plugin that is started and called with as little as can be: a process, its line, and a channel
 * of grpc-java with its own blocking stub. Nothing is verified, watched, measured or audited.
 */
final class RawPlugin implements AutoCloseable {
  private final Process process;
  private final EventLoopGroup group;
  private final ManagedChannel channel;

  private RawPlugin(Process process, EventLoopGroup group, ManagedChannel channel) {
    this.process = process;
    this.group = group;
    this.channel = channel;
  }

  static RawPlugin start(Path program) throws IOException {
    var folder =
        Files.createTempDirectory(Path.of(System.getenv().getOrDefault("TMPDIR", "/tmp")), "raw");
    var builder = new ProcessBuilder(program.toString()).redirectError(Redirect.DISCARD);
    builder.environment().put("CVT_PLUGIN_MAGIC_COOKIE", "cvt-plugin-v1");
    builder.environment().put("PLUGIN_PROTOCOL_VERSIONS", "1");
    builder.environment().put("PLUGIN_UNIX_SOCKET_DIR", folder.toString());
    builder.environment().put("TMPDIR", folder.toString());
    var process = builder.start();
    var line = process.inputReader().readLine();
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    var channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(line.split("\\|", -1)[3]))
            .channelType(NioDomainSocketChannel.class)
            .eventLoopGroup(group)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .overrideAuthority("localhost")
            .usePlaintext()
            .directExecutor()
            .build();
    return new RawPlugin(process, group, channel);
  }

  RegistryProviderGrpc.RegistryProviderBlockingStub registry() {
    return RegistryProviderGrpc.newBlockingStub(channel);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    process.destroy();
    process.onExit().join();
  }
}
