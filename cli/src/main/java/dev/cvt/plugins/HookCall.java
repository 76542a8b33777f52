package dev.cvt.plugins;

import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.pluginmgr.Config.Hook;
import dev.cvt.pluginmgr.Manager;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A call of a hook that is known by name only. */
final class HookCall {
  private HookCall() {}

  /** The hook of this name. */
  static Hook hook(String name) {
    return Hook.of(name)
        .orElseThrow(
            () ->
                new Failures.Told(
                    "there is no hook %s; the hooks are: %s"
                        .formatted(
                            name,
                            Arrays.stream(Hook.values())
                                .map(Hook::key)
                                .collect(Collectors.joining(", "))),
                    ExitCode.USAGE));
  }

  /** The request of a hook, from JSON. */
  static Message request(Hook hook, String json) {
    return switch (hook) {
      case FETCH_SCHEMA -> ProtoJson.parse(json, FetchSchemaRequest.newBuilder()).build();
      case REGISTER_CONSUMER_USAGE ->
          ProtoJson.parse(json, RegisterConsumerUsageRequest.newBuilder()).build();
      case ON_BREAKING_CHANGE_DETECTED ->
          ProtoJson.parse(json, BreakingChangeDetectedRequest.newBuilder()).build();
      case ON_VALIDATION_FAILED ->
          ProtoJson.parse(json, ValidationFailedRequest.newBuilder()).build();
    };
  }

  /**
   * Gets loaded what reads the request and prints the answer, on a thread of its own: a cold JVM
   * takes 30 ms for it, in which the configuration can be read and the plugin be started.
   */
  static void load(Hook hook) {
    var _ =
        Thread.ofPlatform()
            .daemon()
            .name("json")
            .start(
                () -> {
                  var _ = ProtoJson.print(request(hook, "{}"));
                  var _ = ProtoJson.print(noAnswer(hook));
                });
  }

  private static Message noAnswer(Hook hook) {
    return switch (hook) {
      case FETCH_SCHEMA -> FetchSchemaResponse.getDefaultInstance();
      case REGISTER_CONSUMER_USAGE -> RegisterConsumerUsageResponse.getDefaultInstance();
      case ON_BREAKING_CHANGE_DETECTED, ON_VALIDATION_FAILED -> EventResponse.getDefaultInstance();
    };
  }

  /** Makes the call; empty if the caller is to do without an answer. */
  static Optional<? extends Message> make(Manager.Hooks hooks, Message request) {
    return switch (request) {
      case FetchSchemaRequest fetch -> hooks.fetchSchema(fetch);
      case RegisterConsumerUsageRequest usage -> Optional.of(hooks.registerConsumerUsage(usage));
      case BreakingChangeDetectedRequest change ->
          Optional.of(hooks.onBreakingChangeDetected(change));
      case ValidationFailedRequest failed -> Optional.of(hooks.onValidationFailed(failed));
      default -> throw new IllegalArgumentException(request.getDescriptorForType().getFullName());
    };
  }
}
