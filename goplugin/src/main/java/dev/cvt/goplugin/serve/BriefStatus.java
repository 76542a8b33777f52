package dev.cvt.goplugin.serve;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that is closed with no more words than its caller can take. gRPC sends them as a header,
 * and clients take 8 KiB of headers unless told otherwise; of one that is longer they lose the code
 * as well.
 */
final class BriefStatus<Q, R> extends SimpleForwardingServerCall<Q, R> {

  /** In bytes as they are sent, so that there is room for the other headers. */
  private static final int MOST = 6 * 1024;

  /** What one character takes at most: three bytes of UTF-8, each of them escaped. */
  private static final int PER_CHARACTER = 9;

  BriefStatus(ServerCall<Q, R> call) {
    super(call);
  }

  @Override
  public void close(Status status, Metadata trailers) {
    super.close(brief(status), trailers);
  }

  private static Status brief(Status status) {
    String text = status.getDescription();
    if (text == null || text.length() <= MOST / PER_CHARACTER) {
      return status;
    }
    int size = 0;
    for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
      size += sent(text.codePointAt(at));
      if (size > MOST) {
        return status.withDescription(
            text.substring(0, at) + "… (" + text.length() + " characters in all)");
      }
    }
    return status;
  }

  private static int sent(int codePoint) {
    if (codePoint >= ' ' && codePoint <= '~' && codePoint != '%') {
      return 1;
    }
    int bytes = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    return 3 * bytes;
  }
}
