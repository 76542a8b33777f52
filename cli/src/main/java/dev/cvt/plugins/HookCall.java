package dev.cvt.plugins;

import com.google.protobuf.Message;
import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
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
