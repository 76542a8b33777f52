/** Prometheus simpleclient. The name is the one that the module system derives from the jar. */
module simpleclient {
  exports io.prometheus.client;
  exports io.prometheus.client.exemplars;

  requires transitive simpleclient.tracer.common;
}
