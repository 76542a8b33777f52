package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.channel.Fields.Field;
import dev.cvt.goplugin.channel.FrameReader.Broken;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Beside Netty's encoder and decoder, and by the examples of RFC 7541. */
class AnswerHeadersTest {
  private static final int ROUNDS = Integer.getInteger("headers.rounds", 3000);

  private final AnswerHeaders headers = new AnswerHeaders();

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static List<Field> fields(String... namesAndValues) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return fields;
  }

  private List<Field> read(String hex) throws Broken {
    return headers.read(bytes(hex)).all();
  }

  /** Appendix C.6, whose table is of 256 bytes: it is made so small here as well. */
  @Test
  void blocks_ofTheStandard_areReadWithTheirTable() throws Exception {
    assertThat(
            read(
                "3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0"
                    + " 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .containsExactlyElementsOf(
            fields(
                ":status", "302",
                "cache-control", "private",
                "date", "Mon, 21 Oct 2013 20:13:21 GMT",
                "location", "https://www.example.com"));
    assertThat(read("4883 640e ff c1 c0 bf"))
        .containsExactlyElementsOf(
            fields(
                ":status", "307",
                "cache-control", "private",
                "date", "Mon, 21 Oct 2013 20:13:21 GMT",
                "location", "https://www.example.com"));
    assertThat(
            read(
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + " 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + " 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"))
        .containsExactlyElementsOf(
            fields(
                ":status", "200",
                "cache-control", "private",
                "date", "Mon, 21 Oct 2013 20:13:22 GMT",
                "location", "https://www.example.com",
                "content-encoding", "gzip",
                "set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, Integer.MAX_VALUE})
  void blocks_thatNettyWrote_areReadAsTheyWere(int codedFrom) throws Exception {
    var random = new Random(codedFrom);
    var netty =
        new DefaultHttp2HeadersEncoder(
            (name, _) -> "secret".contentEquals(name), false, 16, codedFrom);
    var own = new AnswerHeaders();
    for (int round = 0; round < ROUNDS; round++) {
      var sent = new ArrayList<Field>();
      var given = new DefaultHttp2Headers(false);
      for (int i = random.nextInt(8); i >= 0; i--) {
        var field = field(random);
        sent.add(field);
        given.add(field.name(), field.value());
      }
      var out = Unpooled.buffer();
      netty.encodeHeaders(1, given, out);
      assertThat(own.read(out.nioBuffer()).all()).containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  private static Field field(Random random) {
    var names =
        List.of(":status", "content-type", "grpc-status", "grpc-message", "secret", "x-own");
    var name = names.get(random.nextInt(names.size()));
    var value = new StringBuilder();
    boolean ascii = random.nextInt(4) > 0;
    for (int i = random.nextInt(random.nextInt(10) == 0 ? 600 : 12); i > 0; i--) {
      value.append((char) (ascii ? ' ' + random.nextInt(95) : random.nextInt(256)));
    }
    return new Field(name, value.toString());
  }

  /** Where Netty reads something, this reads the same; where it does not, this does not either. */
  @Test
  void blocks_thatWereDamaged_areReadAsNettyReadsThem() throws Exception {
    var random = new Random(7);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      var out = Unpooled.buffer();
      var encoder = new DefaultHttp2HeadersEncoder((_, _) -> false, false, 16, random.nextInt(20));
      var given = new DefaultHttp2Headers(false);
      for (int i = random.nextInt(4); i >= 0; i--) {
        var field = field(random);
        given.add(field.name(), field.value());
      }
      encoder.encodeHeaders(1, given, out);
      byte[] block = new byte[out.readableBytes()];
      out.readBytes(block);
      for (int i = random.nextInt(3); i >= 0; i--) {
        block[random.nextInt(block.length)] = (byte) random.nextInt(256);
      }
      var theirs = netty(block);
      var mine = own(block);
      assertThat(mine).as("round %s: %s", round, HexFormat.of().formatHex(block)).isEqualTo(theirs);
      if (theirs.startsWith("refused")) {
        refused++;
      } else {
        read++;
      }
    }
    assertThat(read).isGreaterThan(ROUNDS / 10);
    assertThat(refused).isGreaterThan(ROUNDS / 10);
  }

  private static String netty(byte[] block) throws Exception {
    try {
      var fields = new ArrayList<String>();
      Http2Headers read =
          new DefaultHttp2HeadersDecoder(false, AnswerHeaders.MOST)
              .decodeHeaders(1, Unpooled.wrappedBuffer(block));
      read.forEach(field -> fields.add(field.getKey() + "=" + field.getValue()));
      return sorted(fields);
    } catch (Http2Exception e) {
      return "refused";
    }
  }

  private static String own(byte[] block) {
    try {
      var read = new AnswerHeaders().read(ByteBuffer.wrap(block));
      return read == null
          ? "refused"
          : sorted(
              new ArrayList<>(
                  read.all().stream().map(field -> field.name() + "=" + field.value()).toList()));
    } catch (Broken e) {
      return "refused";
    }
  }

  private static String sorted(List<String> fields) {
    return fields.stream().sorted().toList().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "be, which nobody has sent",
    "80, which nobody has sent",
    "ff ff ff ff ff 7f, a number without end",
    "40, end in the middle",
    "40 01, longer than they are",
    "40 81, longer than they are",
    "40 84 ff ff ff ff 00, ends before it ends",
    "40 81 fe 00, a text that is cut",
    "40 82 ff ff 00, a text that is cut",
    "3f e2 1f, larger than was offered",
    "88 20, in the middle"
  })
  void block_thatIsNone_isRefused(String hex, String why) {
    assertThatThrownBy(() -> headers.read(bytes(hex)))
        .isInstanceOf(Broken.class)
        .hasMessageContaining(why);
  }

  @Test
  void block_thatIsTooLong_leavesTheTableAsItShouldBe() throws Exception {
    var encoder = new DefaultHttp2HeadersEncoder((_, _) -> false, true, 16, 0);
    var first = Unpooled.buffer();
    encoder.encodeHeaders(
        1,
        new DefaultHttp2Headers(false)
            .add("kept", "value")
            .add("long", "y".repeat(AnswerHeaders.MOST)),
        first);
    assertThat(headers.read(first.nioBuffer())).isNull();
    var second = Unpooled.buffer();
    encoder.encodeHeaders(1, new DefaultHttp2Headers(false).add("kept", "value"), second);
    assertThat(headers.read(second.nioBuffer()).all()).isEqualTo(fields("kept", "value"));
  }

  @Test
  void block_thatComesAgain_isTheSameObjectUntilTheTableChanges() throws Exception {
    headers.read(bytes("40 01 61 01 62")); // a=b
    var once = headers.read(bytes("88 be"));
    assertThat(headers.read(bytes("88 be"))).isSameAs(once);
    headers.read(bytes("40 01 63 01 64")); // c=d
    assertThat(headers.read(bytes("88 be")).all()).isEqualTo(fields(":status", "200", "c", "d"));
  }
}
