/**
 * The services that a CVT plugin may offer, as messages and gRPC stubs: {@code handshake.v1}, which
 * each plugin answers, and {@code registry.v1} and {@code events.v1}, which it may.
 *
 * <p>Everything here is generated from the {@code .proto} files of this module; no class is written
 * by hand. Hosts and plugins share it. Start with {@link dev.cvt.plugin.registry.v1} if you call or
 * write a schema registry. Messages are immutable and safe for use by many threads; builders are
 * not.
 *
 * <p>The proto packages ({@code cvt.plugin.*.v1}) and field numbers are those of CVT v0.7.0 and are
 * the wire: they never change. The Java packages are ours.
 */
module dev.cvt.plugin.proto {
  exports dev.cvt.plugin.handshake.v1;
  exports dev.cvt.plugin.registry.v1;
  exports dev.cvt.plugin.events.v1;

  // Messages extend its types, so whoever calls a getter of a message reads it.
  requires transitive com.google.protobuf;
  // What the generated stubs are made of. Only those who use the stubs need it, and they ask for it
  // themselves.
  requires com.google.common;
  requires io.grpc;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
}
