package example.keyvalue;

import com.google.protobuf.ByteString;
import dev.cvt.goplugin.PluginServer;
import example.keyvalue.wire.Empty;
import example.keyvalue.wire.GetRequest;
import example.keyvalue.wire.GetResponse;
import example.keyvalue.wire.KVGrpc;
import example.keyvalue.wire.PutRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Keeps each value in a file {@code kv_KEY} of the current folder, as its twin in Go does. */
final class KeyValuePlugin extends KVGrpc.KVImplBase {
  private KeyValuePlugin() {}

  /** Serves until the host says to stop, or is gone. */
  public static void main(String[] arguments) {
    PluginServer.builder(KeyValueProtocol.HANDSHAKE).services(new KeyValuePlugin()).build().serve();
  }

  @Override
  public void put(PutRequest request, StreamObserver<Empty> answers) {
    try {
      Files.write(file(request.getKey()), request.getValue().toByteArray());
    } catch (IOException e) {
      answers.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
      return;
    }
    // Reaches the host as a record of this level, with the key as its field.
    System.getLogger("kv").log(Level.INFO, "kept", Map.entry("key", request.getKey()));
    answers.onNext(Empty.getDefaultInstance());
    answers.onCompleted();
  }

  @Override
  public void get(GetRequest request, StreamObserver<GetResponse> answers) {
    ByteString value;
    try {
      value = ByteString.copyFrom(Files.readAllBytes(file(request.getKey())));
    } catch (NoSuchFileException e) {
      answers.onError(
          Status.NOT_FOUND
              .withDescription("no value for \"" + request.getKey() + "\"")
              .asRuntimeException());
      return;
    } catch (IOException e) {
      answers.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
      return;
    }
    answers.onNext(GetResponse.newBuilder().setValue(value).build());
    answers.onCompleted();
  }

  private static Path file(String key) {
    return Path.of("kv_" + key.replaceAll("[^A-Za-z0-9-]", "_"));
  }
}
