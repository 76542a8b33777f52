/** The echo plugin: what a CVT plugin in Java looks like, and something to test hosts with. */
module dev.cvt.example.echo {
  // Its spec is a field of bytes.
  requires com.google.protobuf;
  requires dev.cvt.plugin.sdk;
  // Annotations for null checks; absent at run time.
  requires static org.jspecify;
}
