package dev.cvt.plugin.tests.echo;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CVT's messages as protobuf's JSON form, in maps, with the field names of the {@code .proto}. */
final class ProtoJson {

  private ProtoJson() {}

  static Map<String, Object> of(Message message) {
    var map = new LinkedHashMap<String, Object>();
    message.getAllFields().forEach((field, value) -> map.put(field.getName(), shown(value)));
    return map;
  }

  private static Object shown(Object value) {
    return switch (value) {
      case Message message -> of(message);
      case List<?> list -> list.stream().map(ProtoJson::shown).toList();
      case ByteString bytes -> Base64.getEncoder().encodeToString(bytes.toByteArray());
      default -> value;
    };
  }

  /** A message of that type with the fields of the map; answers have scalar fields only. */
  static Message parse(Map<?, ?> fields, Message type) {
    var builder = type.newBuilderForType();
    fields.forEach(
        (name, value) -> {
          var field = type.getDescriptorForType().findFieldByName(String.valueOf(name));
          if (field == null || value == null) {
            throw new AssertionError("no field for " + name + "=" + value);
          }
          builder.setField(field, scalar(field, value));
        });
    return builder.build();
  }

  private static Object scalar(FieldDescriptor field, Object value) {
    return field.getJavaType() == FieldDescriptor.JavaType.BYTE_STRING
        ? ByteString.copyFrom(Base64.getDecoder().decode(value.toString()))
        : value;
  }
}
