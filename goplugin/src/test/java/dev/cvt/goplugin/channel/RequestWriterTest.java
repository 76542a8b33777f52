package dev.cvt.goplugin.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is written is read back by Netty. */
class RequestWriterTest {
  private static final byte[][] TIMEOUT = {
    "grpc-timeout".getBytes(US_ASCII), "5000000u".getBytes(US_ASCII)
  };

  private final RequestWriter out = new RequestWriter();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

  private static Map<String, String> fields(String method) {
    var fields = new LinkedHashMap<String, String>();
    fields.put(":method", "POST");
    fields.put(":scheme", "http");
    fields.put(":path", "/" + method);
    fields.put(":authority", "localhost");
    fields.put("te", "trailers");
    fields.put("content-type", "application/grpc");
    fields.put("user-agent", "grpc-java-goplugin");
    fields.put("grpc-timeout", "5000000u");
    return fields;
  }

  private ByteBuffer written() {
    int length = out.length();
    return ByteBuffer.wrap(out.take(new byte[0]), 0, length);
  }

  private Map<String, String> read(ByteBuffer frame) throws Http2Exception {
    var block = Unpooled.wrappedBuffer(frame.position(Http2.FRAME_HEADER));
    var read = new LinkedHashMap<String, String>();
    decoder.decodeHeaders(1, block).forEach(f -> read.put("" + f.getKey(), "" + f.getValue()));
    return read;
  }

  @Test
  void headers_ofManyCalls_areReadAsTheyWereMeant() throws Http2Exception {
    for (String method : new String[] {"a.B/C", "a.B/C", "a.B/D", "a.B/C", "a.B/D"}) {
      out.headers(1, method, "localhost", TIMEOUT);
      assertThat(read(written())).containsExactlyEntriesOf(fields(method));
    }
  }

  @Test
  void headers_ofALaterCall_areShort() {
    out.headers(1, "a.B/C", "localhost", TIMEOUT);
    int first = written().remaining();
    out.headers(3, "a.B/C", "localhost", TIMEOUT);
    assertThat(written().remaining()).isLessThan(40).isLessThan(first / 2);
  }

  @Test
  void headers_forAServerWithoutTable_areReadAsTheyWereMeant() throws Http2Exception {
    out.headers(1, "a.B/C", "localhost", TIMEOUT);
    read(written());
    decoder.maxHeaderTableSize(0);
    out.table(0);
    for (String method : new String[] {"a.B/C", "a.B/D", "a.B/C"}) {
      out.headers(1, method, "localhost", TIMEOUT);
      assertThat(read(written())).containsExactlyEntriesOf(fields(method));
    }
  }

  @Test
  void headers_ofMoreMethodsThanTheTableHolds_areReadAsTheyWereMeant() throws Http2Exception {
    for (int i = 0; i < 200; i++) {
      out.headers(1, "some.long.package.Service/Method" + i, "localhost", TIMEOUT);
      assertThat(read(written()))
          .containsExactlyEntriesOf(fields("some.long.package.Service/Method" + i));
    }
    out.headers(1, "some.long.package.Service/Method0", "localhost", TIMEOUT);
    assertThat(read(written()))
        .containsExactlyEntriesOf(fields("some.long.package.Service/Method0"));
  }

  @Test
  void message_isAFrameThatEndsTheStream() throws Exception {
    var message = StringValue.of("x".repeat(300));
    out.message(7, message, message.getSerializedSize(), true);
    var frame = written();
    int size = message.getSerializedSize();
    assertThat(frame.remaining()).isEqualTo(Http2.FRAME_HEADER + 5 + size);
    assertThat(frame.getInt()).isEqualTo((5 + size) << 8 | Http2.DATA);
    assertThat(frame.get()).isEqualTo((byte) Http2.END_STREAM);
    assertThat(frame.getInt()).isEqualTo(7);
    assertThat(frame.get()).isZero();
    assertThat(frame.getInt()).isEqualTo(size);
    assertThat(StringValue.parseFrom(frame)).isEqualTo(message);
  }
}
