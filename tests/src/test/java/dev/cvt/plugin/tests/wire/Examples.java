package dev.cvt.plugin.tests.wire;

import com.google.protobuf.UnknownFieldSet;
import dev.cvt.goplugin.Handshake;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/** The services of go-plugin's examples, and their cookie. */
public final class Examples {

  public static final String COOKIE_KEY = "BASIC_PLUGIN";
  public static final String COOKIE_VALUE = "hello";

  // Fields: Put key 1, value 2; Get key 1, answers value 1.
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> KV_PUT =
      Raw.unary("proto.KV/Put");
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> KV_GET =
      Raw.unary("proto.KV/Get");

  // Fields: Put add_server 1, key 2, value 3; Get key 1, answers value 1.
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> COUNTER_PUT =
      Raw.unary("proto.Counter/Put");
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> COUNTER_GET =
      Raw.unary("proto.Counter/Get");

  // Fields: a 1, b 2, answers r 1. Served by the host, for the counter.
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> SUM =
      Raw.unary("proto.AddHelper/Sum");

  // Fields: path 1, chunk_size 2; chunks are field 1.
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> CONFIGURE =
      Raw.unary("proto.StreamerService/Configure");
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> READ =
      Raw.method("proto.StreamerService/Read", MethodType.SERVER_STREAMING);
  public static final MethodDescriptor<UnknownFieldSet, UnknownFieldSet> WRITE =
      Raw.method("proto.StreamerService/Write", MethodType.CLIENT_STREAMING);

  private Examples() {}

  public static Handshake handshake(int... versions) {
    return Handshake.of(COOKIE_KEY, COOKIE_VALUE, versions);
  }
}
