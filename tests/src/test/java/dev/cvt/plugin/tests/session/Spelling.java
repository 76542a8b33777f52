package dev.cvt.plugin.tests.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.wire.ConnInfo;
import dev.cvt.goplugin.wire.HealthCheckRequest;
import dev.cvt.plugin.events.v1.EventResponse;
import dev.cvt.plugin.handshake.v1.InfoRequest;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Messages as text, by the descriptors of this project's own services. Of go-plugin's examples
 * nothing is generated here: their fields have the names that their protos give them.
 */
final class Spelling {

  private static final List<FileDescriptor> FILES =
      List.of(
          ConnInfo.getDescriptor().getFile(),
          HealthCheckRequest.getDescriptor().getFile(),
          InfoRequest.getDescriptor().getFile(),
          FetchSchemaRequest.getDescriptor().getFile(),
          EventResponse.getDescriptor().getFile());

  private static final Map<String, Fields> EXAMPLES =
      Map.of(
          "proto.KV/Put", new Fields(List.of("key", "value"), List.of()),
          "proto.KV/Get", new Fields(List.of("key"), List.of("value")),
          "proto.Counter/Put", new Fields(List.of("add_server", "key", "value"), List.of()),
          "proto.Counter/Get", new Fields(List.of("key"), List.of("value")),
          "proto.AddHelper/Sum", new Fields(List.of("a", "b"), List.of("r")),
          "proto.StreamerService/Configure", new Fields(List.of("path", "chunk_size"), List.of()),
          "proto.StreamerService/Read", new Fields(List.of(), List.of("chunk")),
          "proto.StreamerService/Write", new Fields(List.of("chunk"), List.of()));

  private Spelling() {}

  /** The names of the fields 1, 2 and so on. */
  private record Fields(List<String> request, List<String> response) {}

  static String request(String method, byte[] message) {
    return inBraces(
        described(method)
            .map(m -> text(DynamicMessage.getDefaultInstance(m.getInputType()), message))
            .orElseGet(() -> text(fields(method).request(), message)));
  }

  static String response(String method, byte[] message) {
    return inBraces(
        described(method)
            .map(m -> text(DynamicMessage.getDefaultInstance(m.getOutputType()), message))
            .orElseGet(() -> text(fields(method).response(), message)));
  }

  private static String inBraces(String text) {
    return text.isEmpty() ? "{}" : "{ " + text.strip() + " }";
  }

  private static Optional<MethodDescriptor> described(String method) {
    int slash = method.indexOf('/');
    return FILES.stream()
        .flatMap(file -> file.getServices().stream())
        .filter(service -> service.getFullName().equals(method.substring(0, slash)))
        .flatMap(service -> service.getMethods().stream())
        .filter(m -> m.getName().equals(method.substring(slash + 1)))
        .findFirst();
  }

  private static Fields fields(String method) {
    return EXAMPLES.getOrDefault(method, new Fields(List.of(), List.of()));
  }

  private static String text(DynamicMessage type, byte[] message) {
    try {
      return TextFormat.printer()
          .escapingNonAscii(false)
          .emittingSingleLine(true)
          .printToString(type.newBuilderForType().mergeFrom(message).build());
    } catch (InvalidProtocolBufferException e) {
      return "no such message: " + e.getMessage();
    }
  }

  private static String text(List<String> names, byte[] message) {
    try {
      var text = new StringBuilder();
      new TreeMap<>(UnknownFieldSet.parseFrom(message).asMap())
          .forEach(
              (number, field) -> {
                var name = number <= names.size() ? names.get(number - 1) : number.toString();
                field.getVarintList().forEach(v -> text.append(name + ": " + v + " "));
                field
                    .getLengthDelimitedList()
                    .forEach(v -> text.append(name + ": \"" + shown(v) + "\" "));
              });
      return text.toString();
    } catch (InvalidProtocolBufferException e) {
      return "no message: " + e.getMessage();
    }
  }

  private static String shown(ByteString bytes) {
    return bytes.isValidUtf8()
        ? TextFormat.escapeDoubleQuotesAndBackslashes(bytes.toStringUtf8()).replace("\n", "\\n")
        : TextFormat.escapeBytes(bytes);
  }
}
