/**
 * The {@code cvt-plugins} command: install, list, check, call and run plugins from a terminal.
 *
 * <p>A program, not a library: it exports nothing. It ships as a {@code jlink} image with the sinks
 * of this project inside; further provider jars are loaded from a folder at run time.
 */
module dev.cvt.plugins {
  // Options and subcommands are annotated, and picocli sets them by reflection.
  opens dev.cvt.plugins to
      info.picocli;

  requires com.fasterxml.jackson.jr.ob;
  requires dev.cvt.pluginmgr;
  requires info.picocli;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
