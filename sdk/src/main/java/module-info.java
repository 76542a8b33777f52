/**
 * What the author of a CVT plugin on the JVM uses.
 *
 * <p>Start with {@code dev.cvt.plugin.sdk.Plugin}: name the plugin, give it a registry or an event
 * handler, serve. {@code dev.cvt.plugin.sdk.testing.TestedPlugin} runs it inside a test, in the
 * same JVM or as a real child process, and {@code dev.cvt.plugin.sdk.packaging.Pack} is the command
 * that makes one executable file of it.
 *
 * <p>Everything public is thread-safe unless it says otherwise. Nothing is read from system
 * properties; what the host sets in the environment is go-plugin's.
 */
module dev.cvt.plugin.sdk {
  exports dev.cvt.plugin.sdk;
  exports dev.cvt.plugin.sdk.testing;

  // The messages that a handler takes and returns.
  requires transitive dev.cvt.plugin.proto;
  requires com.google.protobuf;
  requires dev.cvt.goplugin;
  requires io.grpc;
  requires io.grpc.stub;
  // Where the log of a plugin in the JVM of a test is read.
  requires java.logging;
  // For the JUnit extension; absent where plugins run, and in tests without JUnit.
  requires static org.junit.jupiter.api;
  // Annotations for null checks; who compiles against this need not have them, and nobody at run
  // time.
  requires static org.jspecify;
}
