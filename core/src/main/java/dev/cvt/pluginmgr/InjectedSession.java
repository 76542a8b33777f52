package dev.cvt.pluginmgr;

import dev.cvt.pluginmgr.hook.Rpc;
import dev.cvt.pluginmgr.supervise.Codes;
import dev.cvt.pluginmgr.supervise.Identity;
import dev.cvt.pluginmgr.supervise.Reply;
import dev.cvt.pluginmgr.supervise.Session;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a test puts in a plugin's place. Each call runs on a virtual thread of its own, so that it
 * can be late, and be interrupted, as a plugin can.
 */
final class InjectedSession implements Session {
  private final Identity identity;
  private final Map<MethodDescriptor<?, ?>, Function<Object, Object>> methods = new HashMap<>();

  InjectedSession(
      Manager.Handle handle, Manager.@Nullable Registry registry, Manager.@Nullable Events events) {
    List<String> services = new ArrayList<>();
    if (registry != null) {
      services.add(Rpc.REGISTRY);
      put(Rpc.FETCH_SCHEMA, registry::fetchSchema);
      put(Rpc.REGISTER_CONSUMER_USAGE, registry::registerConsumerUsage);
    }
    if (events != null) {
      services.add(Rpc.EVENTS);
      put(Rpc.ON_BREAKING_CHANGE_DETECTED, events::onBreakingChangeDetected);
      put(Rpc.ON_VALIDATION_FAILED, events::onValidationFailed);
    }
    this.identity = new Identity(handle.reportedVersion(), handle.sha256(), handle.pid(), services);
  }

  /** The types meet again in {@link #call}, by the same descriptor. */
  @SuppressWarnings("unchecked")
  private <Q, R> void put(Rpc<Q, R> rpc, Function<Q, R> method) {
    methods.put(rpc.descriptor(), (Function<Object, Object>) (Function<?, ?>) method);
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public boolean enter() {
    return true;
  }

  @Override
  public void leave() {}

  @Override
  @SuppressWarnings("unchecked")
  public <Q, R> Reply<R> call(MethodDescriptor<Q, R> method, Q request, long timeout) {
    Function<Object, Object> body = methods.get(method);
    if (body == null) {
      return Reply.Failed.of(Codes.UNIMPLEMENTED, "no client was injected for it");
    }
    var task = new FutureTask<Object>(() -> body.apply(request));
    Thread thread = Thread.ofVirtual().name("cvt-plugin-injected").start(task);
    try {
      return new Reply.Answered<>((R) task.get(timeout, TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      return failed(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      thread.interrupt();
      return Reply.Failed.of(Codes.DEADLINE_EXCEEDED, "");
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return Reply.Failed.interrupted();
    }
  }

  private static <R> Reply<R> failed(Throwable thrown) {
    if (thrown instanceof Manager.CallFailed e) {
      return Reply.Failed.of(e.code(), String.valueOf(e.getMessage()));
    }
    return Codes.failed(thrown);
  }
}
