/**
 * grpc-core. It asks DNS through JNDI where there is JNDI; a host of local plugins never asks DNS.
 */
module io.grpc.internal {
  exports io.grpc.internal;

  provides io.grpc.LoadBalancerProvider with
      io.grpc.internal.PickFirstLoadBalancerProvider;
  provides io.grpc.NameResolverProvider with
      io.grpc.internal.DnsNameResolverProvider;

  requires com.google.gson;
  requires io.perfmark;
  requires java.logging;
  requires static java.naming;
  requires transitive com.google.common;
  requires transitive io.grpc;
  requires static com.google.errorprone.annotations;
}
