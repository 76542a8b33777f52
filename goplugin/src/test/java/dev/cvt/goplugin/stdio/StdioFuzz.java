package dev.cvt.goplugin.stdio;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.LogEntry;
import dev.cvt.goplugin.Output;
import dev.cvt.goplugin.Output.Stream;
import dev.cvt.goplugin.logs.LineAssembler;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes any chunks as what a plugin's stdio service sends, through to the sink, and says what must
 * hold: each stream's lines come whole and in order, whatever the chunks, and whatever the other
 * stream brings in between. For {@code .ci/fuzz} and the replay.
 *
 * <p>A chunk is a byte for its channel, one for its length, and its bytes. With a channel of 128 or
 * more it comes 300 times.
 */
public final class StdioFuzz {
  private static final String SECRET = "hushhush";
  private static final int MARKER = 64;
  private static final int REPEATED = 300;

  private static final int CHUNKS_AT_MOST = 1000;

  /** Fewer than a plugin may print at once without any being dropped. */
  private static final int LINES_AT_MOST = 4000;

  private StdioFuzz() {}

  /** Called by the fuzzer; throws if something does not hold. */
  public static void fuzzerTestOneInput(byte[] input) {
    var chunks = chunks(input);
    var got = new ArrayList<Output>();
    var entries = new ArrayList<LogEntry>();
    var ended = new AtomicReference<Status>();
    var log =
        new PluginLog(
            "fuzz",
            System.getLogger("fuzz"),
            entries::add,
            got::add,
            text -> text.replace(SECRET, "***"));
    var stream = new StdioStream(log, ended::set);
    chunks.forEach(stream::onNext);
    stream.onCompleted();
    log.close();
    require(Status.OK.equals(ended.get()), "the end is told");
    require(
        entries.stream().allMatch(entry -> entry.kind() == LogEntry.Kind.NOTICE),
        "output is no log; only that some was dropped is told");
    var stdout = lines(chunks, StdioData.Channel.STDOUT);
    var stderr = lines(chunks, StdioData.Channel.STDERR);
    if (stdout.size() + stderr.size() < LINES_AT_MOST) {
      require(entries.isEmpty(), "nothing is dropped");
      holds(got, Stream.STDOUT, stdout);
      holds(got, Stream.STDERR, stderr);
    }
  }

  private static List<StdioData> chunks(byte[] input) {
    var chunks = new ArrayList<StdioData>();
    int at = 0;
    while (at + 1 < input.length) {
      int length = Math.min(input[at + 1] & 0xFF, input.length - at - 2);
      var chunk =
          StdioData.newBuilder()
              .setChannelValue((input[at] & 0x7F) % 4)
              .setData(ByteString.copyFrom(input, at + 2, length))
              .build();
      int times = input[at] < 0 ? REPEATED : 1;
      for (int i = 0; i < times && chunks.size() < CHUNKS_AT_MOST; i++) {
        chunks.add(chunk);
      }
      at += 2 + length;
    }
    return chunks;
  }

  private static void holds(List<Output> got, Stream stream, List<byte[]> lines) {
    var outputs = got.stream().filter(output -> output.stream() == stream).toList();
    require(outputs.size() == lines.size(), "every line comes, once");
    for (int i = 0; i < lines.size(); i++) {
      holds(outputs.get(i), lines.get(i));
    }
  }

  private static void holds(Output output, byte[] line) {
    require(!output.text().contains(SECRET), "no secret is shown");
    require(
        output.missing() == Math.max(0, line.length - LineAssembler.WHOLE),
        "what is missing is counted");
    require(output.text().length() <= LineAssembler.WHOLE + MARKER, "a line is bounded");
    require(
        output.missing() > 0
            || output.text().equals(new String(line, UTF_8).replace(SECRET, "***")),
        "a line is as it was printed");
  }

  /** The plain way: a line ends with a newline, before which a carriage return does not count. */
  private static List<byte[]> lines(List<StdioData> chunks, StdioData.Channel channel) {
    var all = new ByteArrayOutputStream();
    for (var chunk : chunks) {
      if (chunk.getChannel() == channel) {
        all.writeBytes(chunk.getData().toByteArray());
      }
    }
    var bytes = all.toByteArray();
    var lines = new ArrayList<byte[]>();
    int from = 0;
    for (int at = 0; at <= bytes.length; at++) {
      if (at == bytes.length ? from < at : bytes[at] == '\n') {
        int to = at > from && bytes[at - 1] == '\r' ? at - 1 : at;
        lines.add(Arrays.copyOfRange(bytes, from, to));
        from = at + 1;
      }
    }
    return lines;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
