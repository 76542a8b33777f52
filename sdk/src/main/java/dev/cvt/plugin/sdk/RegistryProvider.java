package dev.cvt.plugin.sdk;

import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;

/**
 * A schema registry ({@code registry.v1}).
 *
 * <p>Methods are called on virtual threads, many at once: block freely, share state safely. The
 * thread is interrupted when the host gives the call up. A method that is not overridden answers
 * {@code UNIMPLEMENTED}, which the host takes for "not my business", not for a fault. To fail with
 * a code of your choice throw a {@link Refusal}; anything else that is thrown becomes {@code
 * INTERNAL} with its message, and a log record.
 */
public interface RegistryProvider {

  /**
   * Gives the schema of that id, in the version asked for or the latest where that is empty.
   *
   * @param request what the host wants
   * @return the schema's text and the version that it is
   * @throws Exception to fail the call
   */
  default FetchSchemaResponse fetchSchema(FetchSchemaRequest request) throws Exception {
    throw Refusal.unimplemented("this plugin does not fetch schemas");
  }

  /**
   * Takes note of what a consumer uses. The same again must change nothing.
   *
   * @param request who uses what
   * @return whether it was noted
   * @throws Exception to fail the call
   */
  default RegisterConsumerUsageResponse registerConsumerUsage(RegisterConsumerUsageRequest request)
      throws Exception {
    throw Refusal.unimplemented("this plugin does not register consumers");
  }
}
