/** Prometheus simpleclient: the server. */
module simpleclient.httpserver {
  exports io.prometheus.client.exporter;

  requires simpleclient.common;
  requires transitive jdk.httpserver;
  requires transitive simpleclient;
}
