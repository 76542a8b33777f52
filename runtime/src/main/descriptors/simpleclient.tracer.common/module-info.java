/** Prometheus simpleclient: the interface through which a tracer would lend its ids. */
module simpleclient.tracer.common {
  exports io.prometheus.client.exemplars.tracer.common;
}
