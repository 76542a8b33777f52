/**
 * A metrics backend that keeps the manager's series in Prometheus' simpleclient and serves them over
 * HTTP.
 *
 * <p>Put the jar on the module path and the manager finds it. It exports nothing.
 */
module dev.cvt.pluginmgr.sinks.prometheus {
  requires dev.cvt.pluginmgr.spi;
  requires simpleclient;
  requires simpleclient.common;
  requires simpleclient.httpserver;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
