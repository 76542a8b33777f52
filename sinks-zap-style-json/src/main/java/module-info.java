/**
 * An audit sink that writes each record as one JSON line, shaped like the production encoder of Go's
 * zap, so that tools which read a Go host's audit trail read ours as well.
 *
 * <p>Put the jar on the module path and the manager finds it. It exports nothing.
 */
module dev.cvt.pluginmgr.sinks.zapjson {
  requires dev.cvt.pluginmgr.spi;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
