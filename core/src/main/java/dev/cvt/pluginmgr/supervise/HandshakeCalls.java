package dev.cvt.pluginmgr.supervise;

import dev.cvt.plugin.handshake.v1.HealthRequest;
import dev.cvt.plugin.handshake.v1.HealthResponse;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import io.grpc.Channel;
import java.time.Duration;

/** The calls of CVT's handshake service. */
final class HandshakeCalls {
  private HandshakeCalls() {}

  static Reply<InfoResponse> info(Channel channel, Duration timeout) {
    return Unary.call(
        channel,
        PluginHandshakeGrpc.getInfoMethod(),
        InfoRequest.getDefaultInstance(),
        timeout.toNanos());
  }

  static Reply<SetConfigResponse> setConfig(
      Channel channel, String key, String value, Duration timeout) {
    return Unary.call(
        channel,
        PluginHandshakeGrpc.getSetConfigMethod(),
        SetConfigRequest.newBuilder().setKey(key).setValue(value).build(),
        timeout.toNanos());
  }

  /** Whether the plugin says, in time, that it serves. */
  static boolean serving(Channel channel, Duration timeout) {
    Reply<HealthResponse> reply =
        Unary.call(
            channel,
            PluginHandshakeGrpc.getHealthMethod(),
            HealthRequest.getDefaultInstance(),
            timeout.toNanos());
    return reply instanceof Reply.Answered<HealthResponse>(HealthResponse health)
        && health.getStatus() == HealthResponse.Status.SERVING;
  }
}
