/**
 * grpc-api. {@code uses} is written by hand: it looks its providers up through a class of its own,
 * where no tool sees it, and without them there is no channel and no server.
 */
module io.grpc {
  exports io.grpc;

  uses io.grpc.LoadBalancerProvider;
  uses io.grpc.ManagedChannelProvider;
  uses io.grpc.NameResolverProvider;
  uses io.grpc.ServerProvider;

  requires java.logging;
  requires transitive com.google.common;
  requires static com.google.errorprone.annotations;
}
