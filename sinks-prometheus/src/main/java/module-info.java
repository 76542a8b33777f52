/**
 * A metrics backend that keeps the manager's series in Prometheus' simpleclient and serves them
 * over HTTP.
 *
 * <p>Put the jar on the module path and the manager finds it; it exports nothing. In {@code
 * pluginmgr.yaml} it is called {@code prometheus} and has two settings:
 *
 * <ul>
 *   <li>{@code registry}: {@code own} (the default), or {@code default}, simpleclient's registry of
 *       the whole process, for a program that already serves it;
 *   <li>{@code listen}: {@code host:port} to serve {@code /metrics} on; port 0 takes a free one,
 *       which the backend tells and logs. Without it nothing listens.
 * </ul>
 */
module dev.cvt.pluginmgr.sinks.prometheus {
  requires dev.cvt.pluginmgr.spi;
  requires simpleclient;
  requires simpleclient.httpserver;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;

  provides dev.cvt.pluginmgr.spi.MetricsBackendProvider with
      dev.cvt.pluginmgr.sinks.prometheus.PrometheusProvider;
}
