/**
 * HashiCorp's go-plugin protocol over gRPC for the JVM, both sides: launch a program and be its
 * host, or serve and be a plugin. It knows nothing of CVT; anyone with go-plugin binaries can use
 * it.
 *
 * <p>One package is exported. go-plugin's own messages (controller, stdio, broker) and the standard
 * health service are generated into {@code dev.cvt.goplugin.wire}, which is not.
 */
module dev.cvt.goplugin {
  exports dev.cvt.goplugin;

  requires com.google.common;
  // Used by gRPC's jars, which as automatic modules cannot say so: on a plain module path nobody
  // else would bring them in.
  requires com.google.gson;
  requires com.google.protobuf;
  // In signatures here (channels, services), yet not transitive: it is an automatic module, whose
  // name and packages its jar may change. Who names its types requires it himself.
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  // Where gRPC and Netty log; a plugin process sends it all to its host.
  requires java.logging;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
