/**
 * What the author of a CVT plugin on the JVM uses: name the plugin, give it a registry or an event
 * handler, serve.
 *
 * <p>{@code dev.cvt.plugin.sdk.testing} runs a plugin inside a test, in the same JVM or as a real
 * child process.
 */
module dev.cvt.plugin.sdk {
  exports dev.cvt.plugin.sdk;

  // The messages that a handler takes and returns.
  requires transitive dev.cvt.plugin.proto;
  requires dev.cvt.goplugin;
  requires io.grpc;
  requires io.grpc.stub;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
