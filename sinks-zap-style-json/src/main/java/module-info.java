/**
 * An audit sink that writes each record as one JSON line, shaped like the production encoder of
 * Go's zap, so that tools which read a Go host's audit trail read ours as well.
 *
 * <p>Put the jar on the module path and the manager finds it; it exports nothing. In {@code
 * pluginmgr.yaml} it is called {@code zap-json} and has one setting, {@code path}: the file to
 * append to, relative to the folder of the configuration. Without it, lines go to standard error.
 */
module dev.cvt.pluginmgr.sinks.zapjson {
  requires dev.cvt.pluginmgr.spi;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;

  provides dev.cvt.pluginmgr.spi.AuditSinkProvider with
      dev.cvt.pluginmgr.sinks.zapjson.ZapJsonProvider;
}
