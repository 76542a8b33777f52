package dev.cvt.goplugin.stdio;

import com.google.protobuf.Empty;
import dev.cvt.goplugin.Output;
import dev.cvt.goplugin.channel.DirectChannel;
import dev.cvt.goplugin.channel.LostConnection;
import dev.cvt.goplugin.logs.LineAssembler;
import dev.cvt.goplugin.logs.PluginLog;
import dev.cvt.goplugin.wire.GRPCStdioGrpc;
import dev.cvt.goplugin.wire.StdioData;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * What a plugin prints after its handshake, fetched through go-plugin's stdio service and handed to
 * its log line by line. Called once, as soon as there is a channel: a plugin may block on its
 * output until somebody fetches it. Runs on the event loop.
 */
public final class StdioStream implements StreamObserver<StdioData> {
  /**
   * The largest chunk, in bytes. Not the bound of answers: a host that takes small ones only is not
   * to lose what its plugin prints.
   */
  private static final int LARGEST_CHUNK = 4 << 20;

  private final PluginLog log;
  private final Consumer<Status> ended;
  private final LineAssembler stdout = new LineAssembler();
  private final LineAssembler stderr = new LineAssembler();

  StdioStream(PluginLog log, Consumer<Status> ended) {
    this.log = log;
    this.ended = ended;
  }

  /**
   * Begins.
   *
   * @param ended is told once how it ended; a plugin without the service answers {@code
   *     UNIMPLEMENTED}, and one that cannot be reached {@code UNAVAILABLE} with the cause
   */
  public static void open(Channel channel, PluginLog log, Consumer<Status> ended) {
    GRPCStdioGrpc.newStub(channel)
        .withOption(DirectChannel.asItComes(), true)
        .withMaxInboundMessageSize(LARGEST_CHUNK)
        .streamStdio(Empty.getDefaultInstance(), new StdioStream(log, ended));
  }

  @Override
  public void onNext(StdioData data) {
    var bytes = data.getData().toByteArray();
    switch (data.getChannel()) {
      case STDOUT -> push(stdout, Output.Stream.STDOUT, bytes);
      case STDERR -> push(stderr, Output.Stream.STDERR, bytes);
      case INVALID, UNRECOGNIZED -> {} // go-plugin drops it as well
    }
  }

  private void push(LineAssembler lines, Output.Stream stream, byte[] bytes) {
    lines.push(
        bytes, bytes.length, (line, length, total) -> log.printed(stream, line, length, total));
  }

  @Override
  public void onError(Throwable t) {
    end(Status.fromThrowable(t));
  }

  @Override
  public void onCompleted() {
    end(Status.OK);
  }

  private void end(Status status) {
    stdout.flush((line, n, total) -> log.printed(Output.Stream.STDOUT, line, n, total));
    stderr.flush((line, n, total) -> log.printed(Output.Stream.STDERR, line, n, total));
    var told = LostConnection.told(status);
    switch (told.getCode()) {
      // Old plugins have no such service, and every plugin's ends with its connection.
      case OK, UNIMPLEMENTED, UNAVAILABLE, CANCELLED -> {}
      default -> log.notice(Level.WARNING, "its output is lost from here on: " + told);
    }
    ended.accept(told);
  }
}
