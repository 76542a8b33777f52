package dev.cvt.goplugin.channel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One unary call, made directly if it can be, and otherwise by the general channel: that is decided
 * when all of it is known, which is when the caller has sent its message. Its listener is told by
 * the thread that waits for it, by the call's executor, or else by the poller's thread.
 */
final class DirectCall<Q, R> extends ClientCall<Q, R> implements Exchange, Waiter.Turn {
  /** So many answers are looked at: the second is one too many. */
  private static final int MOST_ANSWERS = 2;

  private final Supplier<? extends Channel> general;
  private final DirectConnection connection;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final @Nullable Waiter waiter;
  private final Answer answer;

  /** How it has ended; set once, and told after that. */
  private final AtomicReference<@Nullable Ended> ended = new AtomicReference<>();

  // The caller's, until the message is sent.
  private @Nullable Listener<R> listener;
  private @Nullable Metadata headers;
  private @Nullable Q message;
  private int requested;

  private List<byte[]> answers = List.of(); // the reader's, until it has ended
  private boolean told; // the waiter's, or the poller's thread's

  private volatile int stream;
  private volatile boolean cancelled;
  private volatile @Nullable ClientCall<Q, R> diverted;

  private enum Kind {
    ANSWERED,
    CANCELLED,
    DIVERTED
  }

  private record Ended(Kind kind, Status status) {}

  DirectCall(
      Supplier<? extends Channel> general,
      DirectConnection connection,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      int maxInbound) {
    this.general = general;
    this.connection = connection;
    this.method = method;
    this.options = options;
    this.waiter = options.getOption(Waiter.OPTION);
    Integer bound = options.getMaxInboundMessageSize();
    this.answer =
        new Answer(
            bound == null ? maxInbound : Math.min(bound, maxInbound), MOST_ANSWERS, this::take);
  }

  @Override
  public void start(Listener<R> responses, Metadata fields) {
    this.listener = responses;
    this.headers = fields;
    if (waiter != null) {
      waiter.on(this);
    }
  }

  @Override
  public void request(int count) {
    var other = diverted;
    if (other != null) {
      other.request(count);
    } else {
      requested += count;
    }
  }

  @Override
  public void sendMessage(Q one) {
    message = one;
  }

  @Override
  public void halfClose() {
    if (cancelled) {
      return;
    }
    if (!sent()) {
      var diverting = new Ended(Kind.DIVERTED, Status.OK);
      if (ended.compareAndSet(null, diverting)) {
        tell(diverting); // nobody else knows of it yet
      }
    } else if (cancelled) { // meanwhile, when the stream was not known yet
      connection.abandon(stream);
    }
  }

  private boolean sent() {
    Metadata fields = headers;
    // Without a wish for an answer, or without a message, it is not the plain call it looked like.
    if (requested < 1 || fields == null || !(message instanceof MessageLite plain)) {
      return false;
    }
    int size = plain.getSerializedSize();
    Integer most = options.getMaxOutboundMessageSize();
    if (most != null && size > most) {
      return false; // the general channel has the words for it
    }
    byte[][] serialized = InternalMetadata.serialize(fields);
    if (!RequestFields.isPlain(serialized)) {
      return false;
    }
    if (waiter != null && waiter.canRead()) {
      connection.reading().callComes();
    } else {
      connection.reading().otherComes();
    }
    return connection.send(this, method.getFullMethodName(), serialized, plain, size);
  }

  @Override
  public void on(int number) {
    stream = number;
  }

  @Override
  public @Nullable Waiter waiter() {
    return waiter;
  }

  @Override
  public boolean isCall() {
    return true;
  }

  @Override
  public void mayGoOn(int more) {
    // All of it was sent.
  }

  @Override
  public Answer answer() {
    return answer;
  }

  private void take(byte[] one) {
    answers = answers.isEmpty() ? List.of(one) : List.of(answers.getFirst(), one);
  }

  @Override
  public void end(Status status) {
    end(new Ended(Kind.ANSWERED, status));
  }

  /** Gives the call to the general channel, since it did not get anywhere here. */
  @Override
  public void refused() {
    end(new Ended(Kind.DIVERTED, Status.OK));
  }

  private void end(Ended how) {
    if (!ended.compareAndSet(null, how)) {
      return;
    }
    if (waiter != null) {
      waiter.wake();
    } else {
      dispatch();
    }
  }

  /** Has it told where the caller wants to hear it. */
  private void dispatch() {
    var executor = options.getExecutor();
    if (executor == null) {
      settleOnPoller();
      return;
    }
    try {
      executor.execute(this::settle);
    } catch (RejectedExecutionException e) {
      settleOnPoller();
    }
  }

  /** Or here, if the poller has ended: nobody else would ever hear of it. */
  private void settleOnPoller() {
    if (!connection.onPoller(this::settle)) {
      settle();
    }
  }

  @Override
  public void cancel(@Nullable String why, @Nullable Throwable cause) {
    cancelled = true;
    var other = diverted;
    if (other != null) {
      other.cancel(why, cause);
      return;
    }
    int number = stream;
    if (number != 0) {
      connection.abandon(number);
    }
    var cancelling =
        new Ended(Kind.CANCELLED, Status.CANCELLED.withDescription(why).withCause(cause));
    boolean first = ended.compareAndSet(null, cancelling);
    if (waiter == null) {
      if (first) {
        dispatch();
      }
    } else if (waiter.isHere()) {
      settle(); // whatever its end was: nobody comes back for it
    } else {
      waiter.wake();
    }
  }

  @Override
  public boolean read(long nanos) {
    return stream != 0
        && ended.get() == null
        && waiter != null
        && waiter.canRead()
        && connection.reading().lead(() -> ended.get() != null, nanos);
  }

  @Override
  public boolean isTold(long due) {
    // Whoever ends it from now on wakes the waiter as well.
    return stream != 0 && ended.get() == null && connection.deadlines().keep(due);
  }

  @Override
  public boolean settle() {
    Ended how = ended.get();
    if (how == null || told) {
      return false;
    }
    tell(how);
    return true;
  }

  private void tell(Ended how) {
    told = true;
    Listener<R> mine = listener;
    if (mine == null) {
      return;
    }
    switch (how.kind()) {
      case DIVERTED -> divert(mine);
      case CANCELLED -> close(mine, how.status(), new Metadata());
      case ANSWERED -> answered(mine, how.status());
    }
  }

  private void divert(Listener<R> mine) {
    Metadata fields = headers;
    if (fields == null) {
      return;
    }
    var other = general.get().newCall(method, options);
    try {
      other.start(mine, fields);
      other.request(Math.max(1, requested));
      diverted = other;
      if (cancelled) {
        other.cancel("cancelled", null);
        return;
      }
      Q one = message;
      if (one != null) {
        other.sendMessage(one);
      }
      other.halfClose();
    } catch (RuntimeException e) {
      other.cancel("the request could not be sent", e); // or it is cancelled just now: as well
    }
  }

  private void answered(Listener<R> mine, Status status) {
    Status end = status;
    var trailers = new Metadata();
    try {
      trailers = answer.trailers().map(AnswerStatus::metadata).orElse(trailers);
      deliver(mine, answer.headers().map(AnswerStatus::metadata));
    } catch (InvalidProtocolBufferException e) {
      end = Status.INTERNAL.withDescription("Invalid protobuf byte sequence").withCause(e);
    } catch (IllegalArgumentException e) {
      end = Status.INTERNAL.withDescription("a binary field that is not base64").withCause(e);
    } catch (RuntimeException e) {
      end = Status.CANCELLED.withDescription("Failed to read message.").withCause(e);
    }
    close(mine, end, trailers);
  }

  private static <R> void close(Listener<R> mine, Status end, Metadata trailers) {
    try {
      mine.onClose(end, trailers);
    } catch (RuntimeException e) {
      // Its own matter: neither the connection nor other calls have to do with it.
      System.getLogger("dev.cvt.goplugin").log(Level.WARNING, "a listener of a call failed", e);
    }
  }

  private void deliver(Listener<R> mine, Optional<Metadata> received)
      throws InvalidProtocolBufferException {
    received.ifPresent(mine::onHeaders);
    for (byte[] each : answers) {
      mine.onMessage(Messages.parsed(method, each));
    }
  }
}
