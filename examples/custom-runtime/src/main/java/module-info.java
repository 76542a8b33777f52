/** A program of a user's own that embeds the plugin manager; it names no sink. */
module example.embedded {
  requires dev.cvt.pluginmgr;
}
