package dev.cvt.plugin.sdk.service;

import dev.cvt.plugin.sdk.Refusal;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import java.util.concurrent.Callable;

/** The one place where a blocking handler meets gRPC: what it returns and throws, as an answer. */
final class Answers {

  private Answers() {}

  /**
   * Runs a handler and sends what comes of it. What it throws besides a {@link Refusal} goes on to
   * the server, which answers {@code INTERNAL} and logs it.
   */
  static <T> void send(StreamObserver<T> answers, Callable<T> handler) {
    T answer;
    try {
      answer = Objects.requireNonNull(handler.call(), "the handler returned null, not an answer");
    } catch (Refusal e) {
      answers.onError(status(e.code()).withDescription(e.getMessage()).asRuntimeException());
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answers.onError(
          Status.CANCELLED.withDescription("the handler was interrupted").asRuntimeException());
      return;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new UndeclaredThrowableException(e); // which the server takes apart again
    }
    answers.onNext(answer);
    answers.onCompleted();
  }

  private static Status status(Refusal.Code code) {
    return switch (code) {
      case CANCELLED -> Status.CANCELLED;
      case UNKNOWN -> Status.UNKNOWN;
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
      case NOT_FOUND -> Status.NOT_FOUND;
      case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
      case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
      case RESOURCE_EXHAUSTED -> Status.RESOURCE_EXHAUSTED;
      case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
      case ABORTED -> Status.ABORTED;
      case OUT_OF_RANGE -> Status.OUT_OF_RANGE;
      case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
      case INTERNAL -> Status.INTERNAL;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case DATA_LOSS -> Status.DATA_LOSS;
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
    };
  }
}
