package dev.cvt.plugin.sdk.service;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.plugin.registry.v1.RegistryProviderGrpc;
import dev.cvt.plugin.sdk.RegistryProvider;
import io.grpc.stub.StreamObserver;

/** {@code registry.v1} on the wire. */
final class RegistryService extends RegistryProviderGrpc.RegistryProviderImplBase {

  private final RegistryProvider provider;

  RegistryService(RegistryProvider provider) {
    this.provider = provider;
  }

  @Override
  public void fetchSchema(FetchSchemaRequest request, StreamObserver<FetchSchemaResponse> answers) {
    Answers.send(answers, () -> provider.fetchSchema(request));
  }

  @Override
  public void registerConsumerUsage(
      RegisterConsumerUsageRequest request, StreamObserver<RegisterConsumerUsageResponse> answers) {
    Answers.send(answers, () -> provider.registerConsumerUsage(request));
  }
}
