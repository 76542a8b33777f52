/** grpc-stub. */
module io.grpc.stub {
  exports io.grpc.stub;
  exports io.grpc.stub.annotations;

  requires java.logging;
  requires transitive com.google.common;
  requires transitive io.grpc;
  requires static com.google.errorprone.annotations;
}
