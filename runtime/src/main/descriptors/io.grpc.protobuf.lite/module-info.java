/** grpc-protobuf-lite. */
module io.grpc.protobuf.lite {
  exports io.grpc.protobuf.lite;

  requires com.google.common;
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
}
