package dev.cvt.plugin.sdk.service;

import dev.cvt.plugin.events.v1.BreakingChangeDetectedRequest;
import dev.cvt.plugin.events.v1.EventHandlerGrpc;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.events.v1.ValidationFailedRequest;
import dev.cvt.plugin.sdk.EventHandler;
import io.grpc.stub.StreamObserver;

/** {@code events.v1} on the wire. */
final class EventService extends EventHandlerGrpc.EventHandlerImplBase {

  private final EventHandler handler;

  EventService(EventHandler handler) {
    this.handler = handler;
  }

  @Override
  public void onBreakingChangeDetected(
      BreakingChangeDetectedRequest request, StreamObserver<EventResponse> answers) {
    Answers.send(answers, () -> handler.onBreakingChangeDetected(request));
  }

  @Override
  public void onValidationFailed(
      ValidationFailedRequest request, StreamObserver<EventResponse> answers) {
    Answers.send(answers, () -> handler.onValidationFailed(request));
  }
}
