package dev.cvt.plugin.tests.goplugin;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Messages by the numbers of their fields: the examples of go-plugin need no more, and so no
 * generated code has to be kept here.
 */
final class Wire {

  static final UnknownFieldSet EMPTY = UnknownFieldSet.getDefaultInstance();

  private Wire() {}

  static MethodDescriptor<UnknownFieldSet, UnknownFieldSet> method(String name, MethodType type) {
    return MethodDescriptor.<UnknownFieldSet, UnknownFieldSet>newBuilder()
        .setType(type)
        .setFullMethodName("proto." + name)
        .setRequestMarshaller(new Marshaller())
        .setResponseMarshaller(new Marshaller())
        .build();
  }

  static ByteString bytes(UnknownFieldSet message, int number) {
    return message.getField(number).getLengthDelimitedList().stream()
        .reduce(ByteString.EMPTY, (former, latter) -> latter);
  }

  static long number(UnknownFieldSet message, int number) {
    return message.getField(number).getVarintList().stream().reduce(0L, (former, latter) -> latter);
  }

  static UnknownFieldSet.Builder put(
      UnknownFieldSet.Builder message, int number, ByteString value) {
    return message.addField(number, Field.newBuilder().addLengthDelimited(value).build());
  }

  static UnknownFieldSet.Builder put(UnknownFieldSet.Builder message, int number, long value) {
    return message.addField(number, Field.newBuilder().addVarint(value).build());
  }

  private static final class Marshaller implements MethodDescriptor.Marshaller<UnknownFieldSet> {
    @Override
    public InputStream stream(UnknownFieldSet message) {
      return message.toByteString().newInput();
    }

    @Override
    public UnknownFieldSet parse(InputStream stream) {
      try {
        return UnknownFieldSet.parseFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
