package dev.cvt.pluginmgr;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaResponse;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageRequest;
import dev.cvt.plugin.registry.v1.RegisterConsumerUsageResponse;
import dev.cvt.pluginmgr.hook.Lane;
import dev.cvt.pluginmgr.hook.Outcome;
import dev.cvt.pluginmgr.hook.Road;
import dev.cvt.pluginmgr.hook.Rpc;
import dev.cvt.pluginmgr.hook.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The typed faces of the road: outcomes in, answers and {@link Manager.CallFailed} out. */
final class Calls {
  private final Road road;
  private final Supplier<Bindings> bindings;

  Calls(Road road, Supplier<Bindings> bindings) {
    this.road = road;
    this.bindings = bindings;
  }

  Manager.Hooks hooks() {
    return new Bound(Long.MAX_VALUE);
  }

  Manager.Registry registry(Lane lane) {
    return new Client(lane);
  }

  Manager.Events events(Lane lane) {
    return new Client(lane);
  }

  private static Manager.CallFailed failed(Trouble trouble) {
    return new Manager.CallFailed(
        trouble.plugin(),
        trouble.service(),
        trouble.method(),
        trouble.code(),
        trouble.requestId(),
        trouble.message(),
        trouble.remedy(),
        trouble.auditLost(),
        trouble.cause());
  }

  private static final EventResponse ACKNOWLEDGED =
      EventResponse.newBuilder().setAcknowledged(true).build();

  private static final RegisterConsumerUsageResponse REGISTERED =
      RegisterConsumerUsageResponse.newBuilder().setAcknowledged(true).build();

  /** The hooks. */
  private final class Bound implements Manager.Hooks {
    /** Nanoseconds for each call. */
    private final long within;

    Bound(long within) {
      this.within = within;
    }

    @Override
    public Manager.Hooks within(Duration most) {
      if (!most.isPositive()) {
        throw new IllegalArgumentException(
            "a call needs some time, not " + most + "; give more than zero");
      }
      // Longer than 292 years is as good as no bound.
      boolean countable = most.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
      return new Bound(countable ? Math.min(within, most.toNanos()) : within);
    }

    @Override
    public Optional<FetchSchemaResponse> fetchSchema(FetchSchemaRequest request) {
      return call(Rpc.FETCH_SCHEMA, request, Optional::of, Optional.empty());
    }

    @Override
    public RegisterConsumerUsageResponse registerConsumerUsage(
        RegisterConsumerUsageRequest request) {
      return call(Rpc.REGISTER_CONSUMER_USAGE, request, Function.identity(), REGISTERED);
    }

    @Override
    public EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request) {
      return call(Rpc.ON_BREAKING_CHANGE_DETECTED, request, Function.identity(), ACKNOWLEDGED);
    }

    @Override
    public EventResponse onValidationFailed(ValidationFailedRequest request) {
      return call(Rpc.ON_VALIDATION_FAILED, request, Function.identity(), ACKNOWLEDGED);
    }

    private <Q, R, A> A call(Rpc<Q, R> rpc, Q request, Function<R, A> answer, A nothing) {
      Lane lane = bindings.get().of(rpc.hook());
      if (lane == null) {
        return nothing;
      }
      return switch (road.call(lane, rpc, request, within, Road.Terms.HOOK)) {
        case Outcome.Answer<R>(R message) -> answer.apply(message);
        case Outcome.Nothing<R>() -> nothing;
        case Outcome.Failed<R>(Trouble trouble) -> throw failed(trouble);
      };
    }
  }

  /** Both clients of one plugin. */
  private final class Client implements Manager.Registry, Manager.Events {
    private final Lane first;

    Client(Lane lane) {
      this.first = lane;
    }

    @Override
    public FetchSchemaResponse fetchSchema(FetchSchemaRequest request) {
      return call(Rpc.FETCH_SCHEMA, request);
    }

    @Override
    public RegisterConsumerUsageResponse registerConsumerUsage(
        RegisterConsumerUsageRequest request) {
      return call(Rpc.REGISTER_CONSUMER_USAGE, request);
    }

    @Override
    public EventResponse onBreakingChangeDetected(BreakingChangeDetectedRequest request) {
      return call(Rpc.ON_BREAKING_CHANGE_DETECTED, request);
    }

    @Override
    public EventResponse onValidationFailed(ValidationFailedRequest request) {
      return call(Rpc.ON_VALIDATION_FAILED, request);
    }

    private <Q, R> R call(Rpc<Q, R> rpc, Q request) {
      @Nullable Lane now = bindings.get().of(first.plugin().name());
      Lane lane = now == null ? first : now;
      return switch (road.call(lane, rpc, request, Long.MAX_VALUE, Road.Terms.CLIENT)) {
        case Outcome.Answer<R>(R message) -> message;
        case Outcome.Nothing<R>() ->
            throw new IllegalStateException("only hooks are answered with nothing");
        case Outcome.Failed<R>(Trouble trouble) -> throw failed(trouble);
      };
    }
  }
}
