package dev.cvt.goplugin.channel;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.ByteArrayInputStream;

/** What bytes of an answer mean. Pure. */
final class Messages {
  private Messages() {}

  /**
   * Fields of bytes are parts of the array, not copies: nobody else may have it.
   *
   * @throws io.grpc.StatusRuntimeException if they mean nothing, where the marshaller is not
   *     protobuf's
   */
  @SuppressWarnings("unchecked") // a prototype's parser gives what the prototype is
  static <R> R parsed(MethodDescriptor<?, R> method, byte[] bytes)
      throws InvalidProtocolBufferException {
    if (method.getResponseMarshaller() instanceof PrototypeMarshaller<R> marshaller
        && marshaller.getMessagePrototype() instanceof MessageLite prototype) {
      var in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
      in.enableAliasing(true);
      R parsed = (R) prototype.getParserForType().parseFrom(in);
      in.checkLastTagWas(0);
      return parsed;
    }
    return method.parseResponse(new ByteArrayInputStream(bytes));
  }
}
