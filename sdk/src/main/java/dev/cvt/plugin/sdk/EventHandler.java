package dev.cvt.plugin.sdk;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;

/**
 * Somebody who wants to know what happens ({@code events.v1}). The host reports every event, so
 * that it is for the plugin to leave out repeats and to limit the rate of what it passes on.
 *
 * <p>Threads, interrupts, failures and methods that are not overridden: as with {@link
 * RegistryProvider}.
 */
public interface EventHandler {

  /**
   * A schema changed in a way that breaks its consumers.
   *
   * @param request what changed
   * @return whether the event was handled; the host carries on either way
   * @throws Exception to fail the call
   */
  default EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request)
      throws Exception {
    throw Refusal.unimplemented("this plugin does not handle breaking changes");
  }

  /**
   * A message did not match its schema.
   *
   * @param request what did not match
   * @return whether the event was handled; the host carries on either way
   * @throws Exception to fail the call
   */
  default EventResponse onValidationFailed(ValidationFailedRequest request) throws Exception {
    throw Refusal.unimplemented("this plugin does not handle failed validations");
  }
}
