package example.keyvalue;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.Launch;
import dev.cvt.goplugin.PluginHost;
import dev.cvt.goplugin.StartFailure;
import example.keyvalue.wire.GetRequest;
import example.keyvalue.wire.KVGrpc;
import example.keyvalue.wire.PutRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs a key-value plugin for one command. */
final class KeyValueHost {
  private static final long ANSWER_SECONDS = 10;

  private KeyValueHost() {}

  /**
   * {@code PLUGIN get KEY} or {@code PLUGIN put KEY VALUE}.
   *
   * @throws InterruptedException if interrupted; the plugin is ended then
   */
  public static void main(String[] arguments) throws InterruptedException {
    if (!isCommand(arguments)) {
      System.err.println("usage: kv-host PLUGIN get KEY | PLUGIN put KEY VALUE");
      System.exit(2);
    }
    System.exit(run(arguments));
  }

  private static boolean isCommand(String[] arguments) {
    return switch (arguments.length) {
      case 3 -> arguments[1].equals("get");
      case 4 -> arguments[1].equals("put");
      default -> false;
    };
  }

  private static int run(String[] arguments) throws InterruptedException {
    var launch =
        Launch.builder(Path.of(arguments[0]), KeyValueProtocol.HANDSHAKE)
            .environment(System.getenv()) // else a plugin gets none of it
            .autoMtls(true)
            .build();
    try (var host = PluginHost.builder().build();
        var plugin = host.start(launch)) {
      var store =
          KVGrpc.newBlockingStub(plugin.channel())
              .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
      if (arguments[1].equals("get")) {
        var answer = store.get(GetRequest.newBuilder().setKey(arguments[2]).build());
        System.out.println(answer.getValue().toStringUtf8());
      } else {
        var _ =
            store.put(
                PutRequest.newBuilder()
                    .setKey(arguments[2])
                    .setValue(ByteString.copyFromUtf8(arguments[3]))
                    .build());
      }
      return 0;
    } catch (StartFailure | StatusRuntimeException e) {
      System.err.println(e.getMessage()); // of a start: the fact, the remedy, the evidence
      return 1;
    }
  }
}
