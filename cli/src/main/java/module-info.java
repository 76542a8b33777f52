/**
 * The {@code cvt-plugins} command: install, list, check, call and run plugins from a terminal.
 *
 * <p>A program, not a library: it exports nothing. It ships as a {@code jlink} image with the sinks
 * of this project inside; further provider jars are loaded from a folder at run time, which the
 * system property {@code pluginmgr.providers} names ({@code ~/.cvt/providers} without it).
 */
module dev.cvt.plugins {
  // Options and subcommands are annotated, and picocli sets them by reflection.
  opens dev.cvt.plugins to
      info.picocli;

  requires com.fasterxml.jackson.jr.ob;
  requires com.google.protobuf;
  // Looks at plugins one by one, in ways in which the manager never would.
  requires dev.cvt.goplugin;
  requires dev.cvt.pluginmgr;
  requires info.picocli;
  // The conformance run is a client of its own: the host's would forgive too much.
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.stub;
  requires io.netty.transport;
  // SIGHUP, SIGINT and SIGTERM have no other public face.
  requires jdk.unsupported;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;

  // Logs of the manager and of the plugins go to standard error, as the options say.
  provides java.lang.System.LoggerFinder with
      dev.cvt.plugins.CommandLogs;
}
