package dev.cvt.plugins.conformance;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Optional;

/** Reads what has no generated class here, one field of a message; pure. */
final class Wire {
  private Wire() {}

  /**
   * A number or an enum.
   *
   * @return 0 where the field is absent; empty if the bytes are no message
   */
  static Optional<Integer> number(ByteString message, int field) {
    try {
      var in = message.newCodedInput();
      int found = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == field
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
          found = in.readInt32();
        } else {
          in.skipField(tag);
        }
      }
      return Optional.of(found);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * How long a text or a field of bytes is.
   *
   * @return 0 where the field is absent, and where the bytes are no message
   */
  static int length(ByteString message, int field) {
    try {
      var in = message.newCodedInput();
      int found = 0;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == field
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          found = in.readBytes().size();
        } else {
          in.skipField(tag);
        }
      }
      return found;
    } catch (IOException e) {
      return 0;
    }
  }
}
