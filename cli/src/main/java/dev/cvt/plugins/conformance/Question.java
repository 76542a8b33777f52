package dev.cvt.plugins.conformance;

import com.google.protobuf.ByteString;
import dev.cvt.plugin.registry.v1.FetchSchemaRequest;

/**
 * A question that a plugin has an answer to: its own, where it is known what it serves. Asking it
 * changes nothing, however often.
 */
record Question(String method, ByteString request) {
  /** One that it answers at once, as far as is known. */
  static Question quick(First first, Subject subject) {
    return first.declares(Protocol.REGISTRY)
        ? new Question(Protocol.FETCH, fetch(subject.schemaId()))
        : new Question(Protocol.HEALTH, Protocol.healthOf(Protocol.PLUGIN));
  }

  /** One that takes it longest, where such a schema was named. */
  static Question slow(First first, Subject subject) {
    var slow = subject.slowSchemaId();
    return slow.isPresent() && first.declares(Protocol.REGISTRY)
        ? new Question(Protocol.FETCH, fetch(slow.get()))
        : quick(first, subject);
  }

  private static ByteString fetch(String id) {
    return FetchSchemaRequest.newBuilder()
        .setSchemaId(id)
        .setRequestId("conformance")
        .build()
        .toByteString();
  }
}
