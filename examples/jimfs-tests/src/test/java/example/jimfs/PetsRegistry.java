package example.jimfs;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.pluginmgr.Manager;

/** A registry that knows one schema. */
final class PetsRegistry implements Manager.Registry {

  static FetchSchemaRequest request() {
    return FetchSchemaRequest.newBuilder().setSchemaId("pets").build();
  }

  @Override
  public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
    return FetchSchemaResponse.newBuilder().setResolvedVersion("1.0.0").build();
  }

  @Override
  public RegisterConsumerUsageResponse registerConsumerUsage(RegisterConsumerUsageRequest request) {
    return RegisterConsumerUsageResponse.newBuilder().setAcknowledged(true).build();
  }
}
