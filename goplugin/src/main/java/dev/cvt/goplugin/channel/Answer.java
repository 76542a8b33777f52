package dev.cvt.goplugin.channel;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What has arrived on a stream. For one thread at a time. */
final class Answer {
  private final int maxMessage;
  private final int mostMessages;
  private final Consumer<byte[]> messages;
  private @Nullable Fields headers;
  private @Nullable Fields trailers;
  private final ByteBuffer head = ByteBuffer.allocate(RequestWriter.MESSAGE_HEADER);
  private byte @Nullable [] body;
  private int length;
  private int count;

  /**
   * Nothing yet.
   *
   * @param maxMessage the largest message, in bytes
   * @param mostMessages how many may come
   * @param messages takes each, whole
   */
  Answer(int maxMessage, int mostMessages, Consumer<byte[]> messages) {
    this.maxMessage = maxMessage;
    this.mostMessages = mostMessages;
    this.messages = messages;
  }

  Optional<Fields> headers() {
    return Optional.ofNullable(headers);
  }

  Optional<Fields> trailers() {
    return Optional.ofNullable(trailers);
  }

  /**
   * Headers, or trailers if nothing follows them.
   *
   * @return what is wrong with them; OK if nothing is
   */
  Status fields(Fields fields, boolean last) {
    if (last) {
      trailers = fields;
      return Status.OK;
    }
    if (AnswerStatus.isInterim(fields)) {
      return Status.OK;
    }
    if (headers != null) {
      return Status.INTERNAL.withDescription("headers that came twice");
    }
    headers = fields;
    return AnswerStatus.of(fields);
  }

  /**
   * A part of a message.
   *
   * @return what is wrong with it; OK if nothing is
   */
  Status data(ByteBuffer some) {
    if (headers == null) {
      return Status.INTERNAL.withDescription("a message that came before the headers");
    }
    while (some.hasRemaining()) {
      byte[] into = body;
      if (into == null) {
        if (!head(some)) {
          return Status.OK;
        }
        Status wrong = begin();
        if (!wrong.isOk()) {
          return wrong;
        }
        into = body;
      }
      if (into != null) {
        int more = Math.min(into.length - length, some.remaining());
        some.get(into, length, more);
        length += more;
        finish(into);
      }
    }
    return Status.OK;
  }

  private boolean head(ByteBuffer some) {
    while (head.hasRemaining() && some.hasRemaining()) {
      head.put(some.get());
    }
    return !head.hasRemaining();
  }

  private Status begin() {
    int size = head.getInt(1);
    byte compressed = head.get(0);
    head.clear();
    if (compressed != 0) {
      return Status.INTERNAL.withDescription("a compressed message that was not asked for");
    }
    if (size < 0 || size > maxMessage) {
      // grpc-java's own words, since that is what others know.
      return Status.RESOURCE_EXHAUSTED.withDescription(
          "gRPC message exceeds maximum size %d: %s"
              .formatted(maxMessage, Integer.toUnsignedString(size)));
    }
    if (count == mostMessages) {
      return Status.INTERNAL.withDescription("more than one answer");
    }
    byte[] fresh = new byte[size];
    body = fresh;
    length = 0;
    finish(fresh);
    return Status.OK;
  }

  private void finish(byte[] whole) {
    if (length == whole.length) {
      count++;
      body = null;
      messages.accept(whole);
    }
  }

  /** Whether it ends in the middle of a message. */
  boolean isCut() {
    return body != null || head.position() > 0;
  }
}
