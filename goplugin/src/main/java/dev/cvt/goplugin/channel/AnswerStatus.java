package dev.cvt.goplugin.channel;

import com.google.common.base.Splitter;
import com.google.common.io.BaseEncoding;
import io.grpc.InternalMetadata;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What headers and resets mean to gRPC. */
final class AnswerStatus {
  private static final String BINARY = "-bin";

  private AnswerStatus() {}

  /** Whether others will follow that count. */
  static boolean isInterim(Fields headers) {
    var status = headers.get(":status");
    return status != null && status.length() == 3 && status.charAt(0) == '1';
  }

  /** What the first headers of an answer say already: OK if it is one of gRPC's. */
  static Status of(Fields headers) {
    var status = headers.get(":status");
    return status != null
            && status.equals("200")
            && String.valueOf(headers.get("content-type")).startsWith("application/grpc")
        ? Status.OK
        : http(status);
  }

  /** How a call ended whose answer is whole. */
  static Status of(Answer answer) {
    Fields trailers = answer.trailers().orElse(null);
    Fields first = answer.headers().orElse(trailers);
    if (first == null || trailers == null) {
      return Status.INTERNAL.withDescription("the answer ends without a status");
    }
    String code = trailers.get("grpc-status");
    if (code == null) {
      return http(first.get(":status"));
    }
    if (code.length() == 1 && code.charAt(0) == '0') {
      return answer.isCut()
          ? Status.INTERNAL.withDescription("Encountered end-of-stream mid-frame")
          : Status.OK;
    }
    Status status = read(InternalStatus.CODE_KEY, "grpc-status", code);
    String message = trailers.get("grpc-message");
    String text =
        message == null ? null : read(InternalStatus.MESSAGE_KEY, "grpc-message", message);
    return status == null
        ? Status.UNKNOWN.withDescription("no status can be read from " + code)
        : text == null ? status : status.withDescription(text);
  }

  private static <T> @Nullable T read(Metadata.Key<T> key, String name, String value) {
    return InternalMetadata.newMetadata(ascii(name), ascii(value)).get(key);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Of an answer that is not gRPC's: the code that gRPC's documents give to each of HTTP's. */
  private static Status http(@Nullable String status) {
    Status meant =
        switch (String.valueOf(status)) {
          case "400", "431" -> Status.INTERNAL;
          case "401" -> Status.UNAUTHENTICATED;
          case "403" -> Status.PERMISSION_DENIED;
          case "404" -> Status.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> Status.UNAVAILABLE;
          default -> Status.UNKNOWN;
        };
    return meant.withDescription("HTTP status code " + status + " without a status of gRPC's");
  }

  /** Of a stream that was reset. */
  static Status reset(int reason) {
    Status meant =
        switch (reason) {
          case Http2.REFUSED_STREAM -> Status.UNAVAILABLE;
          case Http2.CANCEL -> Status.CANCELLED;
          case Http2.ENHANCE_YOUR_CALM -> Status.RESOURCE_EXHAUSTED;
          case Http2.INADEQUATE_SECURITY -> Status.PERMISSION_DENIED;
          default -> Status.INTERNAL;
        };
    return meant.withDescription("HTTP/2 error code " + reason + ": the stream was reset");
  }

  /**
   * The fields that are the application's.
   *
   * @throws IllegalArgumentException if a binary one is not what it should be
   */
  static Metadata metadata(Fields fields) {
    var own = new ArrayList<byte[]>();
    for (var field : fields.all()) {
      String name = field.name();
      if (isOurs(name)) {
        continue;
      }
      if (!name.endsWith(BINARY)) {
        own.add(ascii(name));
        own.add(ascii(field.value()));
        continue;
      }
      for (String each : Splitter.on(',').split(field.value())) {
        own.add(ascii(name));
        own.add(BaseEncoding.base64().omitPadding().decode(trimmed(each)));
      }
    }
    return own.isEmpty()
        ? new Metadata()
        : InternalMetadata.newMetadata(own.toArray(new byte[0][]));
  }

  private static String trimmed(String base64) {
    int end = base64.length();
    while (end > 0 && base64.charAt(end - 1) == '=') {
      end--;
    }
    return base64.substring(0, end);
  }

  private static boolean isOurs(String name) {
    return name.startsWith(":")
        || name.equals("content-type")
        || name.equals("grpc-status")
        || name.equals("grpc-message");
  }
}
