/** Prometheus simpleclient: the text formats. */
module simpleclient.common {
  exports io.prometheus.client.exporter.common;

  requires transitive simpleclient;
}
