package dev.cvt.plugin.tests.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.lite.ProtoLiteUtils;

/** Protobuf messages as numbered fields, for services whose stubs nobody here has. */
public final class Raw {

  private static final Marshaller<UnknownFieldSet> MARSHALLER =
      ProtoLiteUtils.marshaller(UnknownFieldSet.getDefaultInstance());

  /** A message without fields. */
  public static final UnknownFieldSet EMPTY = UnknownFieldSet.getDefaultInstance();

  private Raw() {}

  public static MethodDescriptor<UnknownFieldSet, UnknownFieldSet> method(
      String name, MethodType type) {
    return MethodDescriptor.<UnknownFieldSet, UnknownFieldSet>newBuilder()
        .setType(type)
        .setFullMethodName(name)
        .setRequestMarshaller(MARSHALLER)
        .setResponseMarshaller(MARSHALLER)
        .build();
  }

  public static MethodDescriptor<UnknownFieldSet, UnknownFieldSet> unary(String name) {
    return method(name, MethodType.UNARY);
  }

  /** The message with a text or bytes in that field. */
  public static UnknownFieldSet with(UnknownFieldSet message, int field, String text) {
    return message.toBuilder()
        .addField(
            field, Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8(text)).build())
        .build();
  }

  /** The message with a number in that field. */
  public static UnknownFieldSet with(UnknownFieldSet message, int field, long number) {
    return message.toBuilder()
        .addField(field, Field.newBuilder().addVarint(number).build())
        .build();
  }

  /** The text of that field; empty where it is absent. */
  public static String text(UnknownFieldSet message, int field) {
    var values = message.getField(field).getLengthDelimitedList();
    return values.isEmpty() ? "" : values.getLast().toStringUtf8();
  }

  /** The number of that field; 0 where it is absent. */
  public static long number(UnknownFieldSet message, int field) {
    var values = message.getField(field).getVarintList();
    return values.isEmpty() ? 0 : values.getLast();
  }
}
