package dev.cvt.goplugin.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvt.goplugin.channel.FrameReader.Broken;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final byte[] FRAMES =
      all(
          frame(Http2.SETTINGS, 0, 0, ""),
          frame(Http2.HEADERS, Http2.END_HEADERS, 1, "head"),
          frame(Http2.DATA, 0, 1, "first"),
          frame(Http2.DATA, 0, 1, ""),
          frame(Http2.DATA, Http2.PADDED, 1, "\u0002second\0\0"),
          frame(Http2.HEADERS, Http2.PADDED | Http2.END_STREAM, 1, "\u0001tail\0"),
          frame(Http2.DATA, Http2.END_STREAM, 3, "other"),
          frame(Http2.DATA, Http2.PADDED | Http2.END_STREAM, 5, "\u0003\0\0\0"),
          frame(0x7f, 0, 0, "unknown"));

  private static final List<String> SEEN =
      List.of(
          "4 0 on 0: ",
          "1 4 on 1: head",
          "1 9 on 1: tail",
          "end of 3",
          "end of 5",
          "127 0 on 0: unknown");

  @Test
  void frames_cutAnywhere_areTheSame() throws Broken {
    for (int piece = 1; piece <= FRAMES.length; piece++) {
      var seen = new Seen();
      var reader = new FrameReader(seen);
      for (int from = 0; from < FRAMES.length; from += piece) {
        reader.read(ByteBuffer.wrap(FRAMES, from, Math.min(piece, FRAMES.length - from)));
      }
      assertThat(seen.all).as("in pieces of " + piece).isEqualTo(SEEN);
      assertThat(seen.data).isEqualTo(Map.of(1, "firstsecond", 3, "other", 5, ""));
      assertThat(reader.dataSeen()).isEqualTo("first".length() + 9 + "other".length() + 4);
    }
  }

  @Test
  void frame_overTheLimit_isRefused() {
    byte[] head = {0, 0x40, 1, 0, 0, 0, 0, 0, 1};
    assertThatThrownBy(() -> new FrameReader(new Seen()).read(ByteBuffer.wrap(head)))
        .isInstanceOf(Broken.class)
        .hasMessage("a frame of 16385 bytes, over the limit of 16384");
  }

  @Test
  void padding_longerThanItsFrame_isRefused() {
    byte[] frame = frame(Http2.DATA, Http2.PADDED, 1, "\u0005abc");
    assertThatThrownBy(() -> new FrameReader(new Seen()).read(ByteBuffer.wrap(frame)))
        .isInstanceOf(Broken.class)
        .hasMessage("padding that is longer than its frame");
  }

  private static byte[] frame(int type, int flags, int stream, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(Http2.FRAME_HEADER + bytes.length)
        .put((byte) 0)
        .putShort((short) bytes.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(bytes)
        .array();
  }

  private static byte[] all(byte[]... frames) {
    var all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** What was handed on: data by stream, since it may come in any number of pieces. */
  private static final class Seen implements FrameReader.Frames {
    private final List<String> all = new ArrayList<>();
    private final Map<Integer, String> data = new TreeMap<>();

    @Override
    public void data(int stream, ByteBuffer some, boolean last) {
      data.merge(stream, StandardCharsets.US_ASCII.decode(some).toString(), String::concat);
      if (last) {
        all.add("end of " + stream);
      }
    }

    @Override
    public void frame(int type, int flags, int stream, ByteBuffer payload) {
      String text = StandardCharsets.US_ASCII.decode(payload).toString();
      all.add(type + " " + flags + " on " + stream + ": " + text);
    }
  }
}
