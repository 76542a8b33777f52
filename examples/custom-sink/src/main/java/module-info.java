/**
 * An audit backend of a third party: a tab-separated line for each call. It knows the SPI and
 * nothing else, and exports nothing.
 */
module example.sink {
  requires dev.cvt.pluginmgr.spi;

  provides dev.cvt.pluginmgr.spi.AuditSinkProvider with
      example.sink.LinesProvider;
}
