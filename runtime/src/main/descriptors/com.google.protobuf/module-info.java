/** protobuf-java. */
module com.google.protobuf {
  exports com.google.protobuf;
  exports com.google.protobuf.compiler;

  requires java.logging;
  requires jdk.unsupported;
}
