/**
 * A host and a plugin that talk go-plugin's protocol and know nothing of CVT. The service is that
 * of go-plugin's own example, so that either of them works with its other half in Go.
 */
module example.keyvalue {
  // What generated messages and stubs stand on.
  requires com.google.common;
  requires com.google.protobuf;
  requires dev.cvt.goplugin;
  requires io.grpc;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
}
