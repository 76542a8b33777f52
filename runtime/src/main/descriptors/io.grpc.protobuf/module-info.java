/** grpc-protobuf, without its helpers for the error details of Google's own APIs. */
module io.grpc.protobuf {
  exports io.grpc.protobuf;

  requires com.google.common;
  requires io.grpc.protobuf.lite;
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires static com.google.errorprone.annotations;
}
