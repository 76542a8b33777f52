/**
 * What the author of an audit sink or of a metrics backend implements. It requires nothing but
 * {@code java.base}, so that a provider jar drags nothing along.
 *
 * <p>A provider jar requires this module, exports nothing and says {@code provides}; the manager
 * finds it by {@link java.util.ServiceLoader} on the module path, or is given it through its
 * builder.
 */
module dev.cvt.pluginmgr.spi {
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
