/**
 * What the author of an audit sink or of a metrics backend implements, and nothing else.
 *
 * <p>A provider is one jar: its module requires this one, exports nothing, and says {@code provides
 * AuditSinkProvider with ...} or {@code provides MetricsBackendProvider with ...}. Dropped onto the
 * module path of a runtime that embeds the plugin manager it is found by {@link
 * java.util.ServiceLoader}; nothing has to be compiled again. Start at {@link
 * dev.cvt.pluginmgr.spi.AuditSink} or {@link dev.cvt.pluginmgr.spi.MetricsBackend}.
 *
 * <p>Everything that arrives here has been scrubbed: no text holds the value of a secret.
 * Implementations are called from many threads at once and must be thread-safe.
 *
 * <p>How this interface may grow: {@code AuditRecord} is frozen at its twelve components;
 * interfaces that others implement gain default methods only; {@code Context} is implemented by the
 * manager alone and may gain methods freely; enums may gain constants, so a switch over one needs a
 * default branch.
 */
module dev.cvt.pluginmgr.spi {
  requires static org.jspecify;

  exports dev.cvt.pluginmgr.spi;
}
