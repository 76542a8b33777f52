/**
 * The plugin manager: it launches, verifies, supervises and calls out-of-process plugins that speak
 * HashiCorp's go-plugin protocol.
 *
 * <p>One package is exported, with three public types: {@code Config} is what the user wrote,
 * {@code StateFile} what is installed, {@code Manager} what runs. Audit sinks and metrics backends
 * are not named here: they are found on the module path, or given to the manager's builder.
 */
module dev.cvt.pluginmgr {
  exports dev.cvt.pluginmgr;

  // Messages of the hooks, and the interfaces of sinks, stand in our signatures.
  requires transitive dev.cvt.plugin.proto;
  requires transitive dev.cvt.pluginmgr.spi;
  requires com.fasterxml.jackson.jr.ob;
  requires dev.cvt.goplugin;
  requires io.grpc;
  requires io.grpc.stub;
  requires org.snakeyaml.engine;
  // Annotations for null checks, in our signatures as well; absent at run time.
  requires static transitive org.jspecify;

  // Where they are looked for: the layer that the builder is given, or the one that holds this
  // module.
  uses dev.cvt.pluginmgr.spi.AuditSinkProvider;
  uses dev.cvt.pluginmgr.spi.MetricsBackendProvider;
}
