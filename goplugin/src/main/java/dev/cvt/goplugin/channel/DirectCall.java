package dev.cvt.goplugin.channel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One unary call, made directly if it can be, and otherwise by the general channel: that is decided
 * when all of it is known, which is when the caller has sent its message.
 */
final class DirectCall<Q, R> extends ClientCall<Q, R> {
  private final Channel general;
  private final DirectConnection connection;
  private final MethodDescriptor<Q, R> method;
  private final CallOptions options;
  private final Answer answer;
  private final AtomicBoolean ended = new AtomicBoolean();

  // The caller's, until the message is sent.
  private @Nullable Listener<R> listener;
  private @Nullable Metadata headers;
  private @Nullable Q message;
  private int requested;

  private volatile int stream;
  private volatile boolean cancelled;
  private volatile @Nullable ClientCall<Q, R> diverted;

  DirectCall(
      Channel general,
      DirectConnection connection,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      int maxInbound) {
    this.general = general;
    this.connection = connection;
    this.method = method;
    this.options = options;
    Integer bound = options.getMaxInboundMessageSize();
    this.answer = new Answer(bound == null ? maxInbound : Math.min(bound, maxInbound));
  }

  @Override
  public void start(Listener<R> responses, Metadata fields) {
    this.listener = responses;
    this.headers = fields;
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
      divert();
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
    return RequestFields.isPlain(serialized)
        && connection.send(this, method.getFullMethodName(), serialized, plain, size);
  }

  /** Called with the number of the stream before anything is written. */
  void on(int number) {
    stream = number;
  }

  /** Gives the call to the general channel, since it did not get anywhere here. */
  void divert() {
    Listener<R> mine = listener;
    Metadata fields = headers;
    if (mine == null || fields == null || !ended.compareAndSet(false, true)) {
      return;
    }
    var other = general.newCall(method, options);
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
    var status = Status.CANCELLED.withDescription(why).withCause(cause);
    if (ended.compareAndSet(false, true)) {
      Listener<R> mine = listener;
      if (mine != null) {
        mine.onClose(status, new Metadata());
      }
    }
  }

  /** What has arrived of the answer; for the thread that reads. */
  Answer answer() {
    return answer;
  }

  /** The answer is whole, or there will be none. For the thread that reads. */
  void end(Status status) {
    Listener<R> mine = listener;
    if (mine == null || !ended.compareAndSet(false, true)) {
      return;
    }
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
    for (byte[] each : answer.messages()) {
      mine.onMessage(parsed(each));
    }
  }

  /** Fields of bytes are parts of the array, not copies: nobody else has it. */
  @SuppressWarnings("unchecked") // a prototype's parser gives what the prototype is
  private R parsed(byte[] bytes) throws InvalidProtocolBufferException {
    if (method.getResponseMarshaller() instanceof PrototypeMarshaller<R> marshaller
        && marshaller.getMessagePrototype() instanceof MessageLite prototype) {
      var in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      R parsed = (R) prototype.getParserForType().parseFrom(in);
      in.checkLastTagWas(0);
      return parsed;
    }
    return method.parseResponse(new ByteArrayInputStream(bytes));
  }
}
