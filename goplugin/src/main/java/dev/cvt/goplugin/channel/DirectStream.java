package dev.cvt.goplugin.channel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One of the streams that a host keeps open to its plugin. It is for listeners that take what comes
 * when it comes, on the poller's thread: nothing waits until it is asked for. What is sent and does
 * not fit into the other side's windows waits here, in its order.
 */
final class DirectStream<Q, R> extends ClientCall<Q, R> implements Exchange {
  /** By which such a stream is known. */
  static final CallOptions.Key<Boolean> OPTION =
      CallOptions.Key.createWithDefault("dev.cvt.goplugin.as-it-comes", false);

  private final DirectConnection connection;
  private final MethodDescriptor<Q, R> method;
  private final Answer answer;
  private final Unsent unsent = new Unsent();
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Listener<R> listener;
  private volatile int stream;
  private int arrived; // since the other side was last told; for who reads

  DirectStream(
      DirectConnection connection,
      MethodDescriptor<Q, R> method,
      CallOptions options,
      int maxInbound) {
    this.connection = connection;
    this.method = method;
    Integer bound = options.getMaxInboundMessageSize();
    this.answer = new Answer(bound == null ? maxInbound : bound, Integer.MAX_VALUE, this::take);
  }

  /** What is still to be sent. Guarded by the connection's outlet, but for the stream's number. */
  static final class Unsent {
    private final Queue<MessageLite> messages = new ArrayDeque<>();
    private volatile int stream;
    private long used; // of the stream's window
    private boolean last;
    private boolean over;

    /** Nothing more is sent, and nothing kept for it. */
    void end() {
      over = true;
      messages.clear();
    }

    void add(MessageLite message) {
      if (!over) {
        messages.add(message);
      }
    }

    void append(RequestWriter out, Allowance allowance) {
      if (stream == 0 || over) {
        return;
      }
      for (var next = messages.peek(); next != null; next = messages.peek()) {
        int size = next.getSerializedSize();
        int bytes = RequestWriter.MESSAGE_HEADER + size;
        if (!allowance.covers(bytes, used)) {
          return;
        }
        out.message(stream, next, size, false);
        allowance.use(bytes);
        used += bytes;
        messages.remove();
      }
      if (last) {
        last = false;
        out.end(stream);
      }
    }
  }

  @Override
  public void start(Listener<R> responses, Metadata fields) {
    listener = responses;
    if (!connection.open(this, method.getFullMethodName(), InternalMetadata.serialize(fields))) {
      end(Status.UNAVAILABLE.withDescription("no stream can be opened"));
    }
  }

  @Override
  public void on(int number) {
    stream = number;
    unsent.stream = number;
  }

  @Override
  public void request(int count) {
    // Everything is taken as it comes.
  }

  @Override
  public void sendMessage(Q message) {
    if (!(message instanceof MessageLite plain)
        || RequestWriter.MESSAGE_HEADER + plain.getSerializedSize() > Http2.MAX_FRAME) {
      throw new IllegalArgumentException("a message that does not fit into a frame");
    }
    connection.push(unsent, () -> unsent.add(plain));
  }

  @Override
  public void halfClose() {
    connection.push(unsent, () -> unsent.last = true);
  }

  @Override
  public void mayGoOn(int more) {
    connection.push(unsent, () -> unsent.used -= more);
  }

  @Override
  public void cancel(@Nullable String why, @Nullable Throwable cause) {
    connection.abandon(stream);
    end(Status.CANCELLED.withDescription(why).withCause(cause));
  }

  @Override
  public Answer answer() {
    return answer;
  }

  @Override
  public @Nullable Waiter waiter() {
    return null;
  }

  @Override
  public boolean isCall() {
    return false;
  }

  private void take(byte[] message) {
    arrived += RequestWriter.MESSAGE_HEADER + message.length;
    if (arrived > Incoming.WINDOW / 2) {
      connection.widen(stream, arrived);
      arrived = 0;
    }
    connection.tell(message.length, () -> tell(message));
  }

  private void tell(byte[] message) {
    Listener<R> mine = listener;
    if (mine == null || ended.get()) {
      return;
    }
    try {
      mine.onMessage(Messages.parsed(method, message));
    } catch (InvalidProtocolBufferException e) {
      connection.abandon(stream);
      end(Status.INTERNAL.withDescription("Invalid protobuf byte sequence").withCause(e));
    } catch (RuntimeException e) {
      connection.abandon(stream);
      end(Status.CANCELLED.withDescription("Failed to read message.").withCause(e));
    }
  }

  @Override
  public void end(Status status) {
    connection.push(unsent, unsent::end);
    connection.tell(0, () -> close(status));
  }

  @Override
  public void refused() {
    end(Status.UNAVAILABLE.withDescription("the other side takes no more streams"));
  }

  private void close(Status status) {
    Listener<R> mine = listener;
    if (mine == null || !ended.compareAndSet(false, true)) {
      return;
    }
    Status end = status;
    var trailers = new Metadata();
    try {
      trailers = answer.trailers().map(AnswerStatus::metadata).orElse(trailers);
    } catch (IllegalArgumentException e) {
      end = Status.INTERNAL.withDescription("a binary field that is not base64").withCause(e);
    }
    try {
      mine.onClose(end, trailers);
    } catch (RuntimeException e) {
      System.getLogger("dev.cvt.goplugin").log(Level.WARNING, "a listener of a stream failed", e);
    }
  }
}
