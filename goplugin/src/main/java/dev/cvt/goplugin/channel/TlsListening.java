package dev.cvt.goplugin.channel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;

/**
 * A connection under TLS on which this side says nothing. In TLS 1.3 a server learns of the
 * client's certificate when the client takes the handshake for done; what it says when it refuses
 * is lost if the client writes meanwhile, since the connection is then reset. One that only listens
 * hears it. Used once.
 */
final class TlsListening extends ChannelInitializer<Channel> {
  private final SslContext client;
  private final CompletableFuture<Optional<SSLException>> heard = new CompletableFuture<>();

  private TlsListening(SslContext client) {
    this.client = client;
  }

  /**
   * Connects and listens.
   *
   * @param bootstrap with a group and a kind of channel
   * @return why TLS is refused; empty if it is not, or nobody is there
   */
  static CompletableFuture<Optional<SSLException>> open(
      Bootstrap bootstrap, SocketAddress address, SslContext client) {
    var listening = new TlsListening(client);
    var connecting = bootstrap.handler(listening).connect(address);
    var _ =
        connecting.addListener(
            done -> {
              if (!done.isSuccess()) {
                listening.heard.complete(Optional.empty());
              }
            });
    return listening.heard.whenComplete(
        (reason, late) -> {
          var _ = connecting.channel().close();
        });
  }

  @Override
  protected void initChannel(Channel channel) {
    var _ = channel.pipeline().addLast(client.newHandler(channel.alloc()), new Ear());
  }

  private final class Ear extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var _ = ReferenceCountUtil.release(message);
      heard.complete(Optional.empty()); // it speaks
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      heard.complete(Optional.empty());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      for (Throwable each = cause; each != null; each = each.getCause()) {
        if (each instanceof SSLException refused) {
          heard.complete(Optional.of(refused));
        }
      }
      heard.complete(Optional.empty());
    }
  }
}
