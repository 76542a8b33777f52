package dev.cvt.plugin.sdk.service;

import dev.cvt.plugin.handshake.v1.HealthRequest;
import dev.cvt.plugin.handshake.v1.HealthResponse;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.handshake.v1.InfoResponse;
import dev.cvt.plugin.handshake.v1.PluginHandshakeGrpc;
import dev.cvt.plugin.handshake.v1.SetConfigRequest;
import dev.cvt.plugin.handshake.v1.SetConfigResponse;
import dev.cvt.plugin.sdk.ConfigReceiver;
import dev.cvt.plugin.sdk.protocol.CvtProtocol;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BooleanSupplier;

/** {@code handshake.v1} on the wire: who the plugin is, whether it is well, its configuration. */
final class HandshakeService extends PluginHandshakeGrpc.PluginHandshakeImplBase {

  private final InfoResponse info;
  private final ConfigReceiver config;
  private final BooleanSupplier healthy;

  HandshakeService(
      String name,
      String version,
      List<String> services,
      ConfigReceiver config,
      BooleanSupplier healthy) {
    this.info =
        InfoResponse.newBuilder()
            .setName(name)
            .setVersion(version)
            .addAllServices(services)
            .setProtocolVersion(CvtProtocol.VERSION)
            .build();
    this.config = config;
    this.healthy = healthy;
  }

  @Override
  public void info(InfoRequest request, StreamObserver<InfoResponse> answers) {
    Answers.send(answers, () -> info);
  }

  @Override
  public void health(HealthRequest request, StreamObserver<HealthResponse> answers) {
    Answers.send(answers, () -> HealthResponse.newBuilder().setStatus(status()).build());
  }

  private HealthResponse.Status status() {
    try {
      return healthy.getAsBoolean()
          ? HealthResponse.Status.SERVING
          : HealthResponse.Status.NOT_SERVING;
    } catch (Throwable e) { // whatever it is, the plugin is not well
      System.getLogger("dev.cvt.plugin.sdk")
          .log(System.Logger.Level.ERROR, "the plugin's own health check failed", e);
      return HealthResponse.Status.NOT_SERVING;
    }
  }

  @Override
  public void setConfig(SetConfigRequest request, StreamObserver<SetConfigResponse> answers) {
    Answers.send(
        answers,
        () -> {
          config.accept(request.getKey(), request.getValue());
          return SetConfigResponse.getDefaultInstance();
        });
  }
}
