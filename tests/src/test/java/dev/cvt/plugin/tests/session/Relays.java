package dev.cvt.plugin.tests.session;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cvt.goplugin.channel.LocalAddress;
import dev.cvt.goplugin.channel.Security;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The connections of one session: the main one, and each that the broker announces, in whichever
 * direction. The announcement is noted as it was and goes on with the relay's address.
 */
final class Relays implements AutoCloseable {

  private final Path folder;
  private final Optional<Security> toHost;
  private final Optional<Security> toPlugin;
  private final Transcript transcript;
  private final List<Relay> all = new CopyOnWriteArrayList<>();

  /**
   * None yet.
   *
   * @param toHost the TLS to speak with the host, as the plugin would
   * @param toPlugin the TLS to speak with the plugin, as the host would
   */
  Relays(
      Path folder, Optional<Security> toHost, Optional<Security> toPlugin, Transcript transcript) {
    this.folder = folder;
    this.toHost = toHost;
    this.toPlugin = toPlugin;
    this.transcript = transcript;
  }

  /** The one from the host to the plugin; gives its socket. */
  Path main(SocketAddress plugin) throws IOException {
    return open(toHost, plugin, toPlugin, transcript.main());
  }

  private Path open(
      Optional<Security> front,
      SocketAddress target,
      Optional<Security> back,
      Transcript.Noting noting)
      throws IOException {
    var socket = folder.resolve("relay" + all.size());
    all.add(
        new Relay(
            socket,
            front,
            target,
            back,
            (method, deadline) -> new Noted(method, noting.call(method, deadline))));
    return socket;
  }

  private byte[] announced(byte[] message, boolean byHost) {
    try {
      var info = ConnInfo.parseFrom(message);
      var address = LocalAddress.of(info.getNetwork(), info.getAddress());
      if (address.isEmpty()) {
        return message;
      }
      var noting =
          transcript.further(
              "connection "
                  + Integer.toUnsignedString(info.getServiceId())
                  + ", served by the "
                  + (byHost ? "host" : "plugin"));
      var socket =
          byHost
              ? open(toPlugin, address.get(), toHost, noting)
              : open(toHost, address.get(), toPlugin, noting);
      return info.toBuilder()
          .setNetwork("unix")
          .setAddress(socket.toString())
          .build()
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      return message;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] printed(byte[] message) {
    try {
      var data = StdioData.parseFrom(message);
      transcript.printed(data.getChannel().name(), data.getData().toByteArray());
    } catch (InvalidProtocolBufferException e) {
      transcript.printed("unreadable: " + e.getMessage(), message);
    }
    return message;
  }

  @Override
  public void close() {
    all.forEach(Relay::close);
  }

  private final class Noted implements Relay.Notes.Call {
    private final String method;
    private final Transcript.Noted noted;

    Noted(String method, Transcript.Noted noted) {
      this.method = method;
      this.noted = noted;
    }

    @Override
    public byte[] request(byte[] message) {
      noted.request(message);
      return method.equals(Transcript.BROKER) ? announced(message, true) : message;
    }

    @Override
    public byte[] response(byte[] message) {
      if (method.equals(Transcript.STDIO)) {
        return printed(message);
      }
      noted.response(message);
      return method.equals(Transcript.BROKER) ? announced(message, false) : message;
    }

    @Override
    public void end(Status status) {
      noted.end(status);
    }
  }
}
