package dev.cvt.plugins;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.jr.ob.JSON;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Protobuf messages as JSON, by the rules of proto3: names in lowerCamelCase (those of the proto
 * file are read as well), bytes in base64, 64-bit integers as strings, fields without a value left
 * out. For messages without maps, groups and well-known types, which is what plugins speak; the
 * library for the whole of it would bring Gson into every image.
 */
final class ProtoJson {
  private static final String EXAMPLE = "write it as in '{\"schemaId\":\"pets\"}'";

  private ProtoJson() {}

  /** The message on one line. */
  static String print(Message message) {
    try {
      return JSON.std.asString(fields(message));
    } catch (IOException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  private static Map<String, Object> fields(Message message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    message.getAllFields().forEach((field, value) -> fields.put(field.getJsonName(), value(value)));
    return fields;
  }

  private static Object value(Object value) {
    return switch (value) {
      case Message message -> fields(message);
      case List<?> list -> list.stream().map(ProtoJson::value).toList();
      case ByteString bytes -> Base64.getEncoder().encodeToString(bytes.toByteArray());
      case EnumValueDescriptor constant -> constant.getName();
      case Long number -> number.toString();
      default -> value;
    };
  }

  /**
   * Fills the message from JSON.
   *
   * @param empty a builder of the wanted type
   * @throws Failures.Told if it is no JSON, or does not fit: which field, and what would
   */
  static <B extends Message.Builder> B parse(String json, B empty) {
    Map<String, Object> fields;
    try (JsonParser parser = JSON.std.createParser(json.isBlank() ? "{}" : json)) {
      fields = JSON.std.mapFrom(parser);
      if (fields == null || parser.nextToken() != null) {
        throw refused(
            "the request is " + (fields == null ? "null" : "more than one JSON object"), EXAMPLE);
      }
    } catch (IOException e) {
      throw refused(
          "the request is no JSON object: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          EXAMPLE);
    }
    fill(empty, fields, "");
    return empty;
  }

  private static void fill(Message.Builder message, Map<String, Object> fields, String path) {
    fields.forEach(
        (name, value) -> {
          FieldDescriptor field =
              message.getDescriptorForType().getFields().stream()
                  .filter(f -> f.getJsonName().equals(name) || f.getName().equals(name))
                  .findFirst()
                  .orElseThrow(() -> unknown(message, path + name));
          if (value != null) { // which is how JSON says that a field has none
            set(message, field, value, path + name);
          }
        });
  }

  private static void set(
      Message.Builder message, FieldDescriptor field, Object value, String path) {
    if (!field.isRepeated()) {
      message.setField(field, read(message, field, value, path));
      return;
    }
    if (!(value instanceof List<?> items)) {
      throw mismatch(path, "a list", value);
    }
    List<Object> read = new ArrayList<>();
    for (Object item : items) {
      read.add(read(message, field, item, path + "[" + read.size() + "]"));
    }
    message.setField(field, read);
  }

  private static Object read(
      Message.Builder parent, FieldDescriptor field, Object value, String path) {
    return switch (field.getJavaType()) {
      case STRING -> text(typed(String.class, value, path, "a text"), path);
      case BOOLEAN -> typed(Boolean.class, value, path, "true or false");
      case INT -> typed(Integer.class, value, path, "a number");
      case LONG -> typed(Number.class, value, path, "a number").longValue();
      case FLOAT -> typed(Number.class, value, path, "a number").floatValue();
      case DOUBLE -> typed(Number.class, value, path, "a number").doubleValue();
      case BYTE_STRING -> bytes(typed(String.class, value, path, "a text in base64"), path);
      case ENUM -> {
        EnumValueDescriptor constant =
            field.getEnumType().findValueByName(typed(String.class, value, path, "a name"));
        if (constant == null) {
          throw mismatch(path, "one of " + field.getEnumType().getValues(), value);
        }
        yield constant;
      }
      case MESSAGE -> {
        Message.Builder child = parent.newBuilderForField(field);
        if (!(value instanceof Map<?, ?> map)) {
          throw mismatch(path, "an object", value);
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((key, item) -> fields.put(String.valueOf(key), item));
        fill(child, fields, path + ".");
        yield child.build();
      }
    };
  }

  private static String text(String value, String path) {
    if (!UTF_8.newEncoder().canEncode(value)) {
      throw refused(
          "the field " + path + " holds half a surrogate pair, which no plugin can be given",
          "write both halves");
    }
    return value;
  }

  private static ByteString bytes(String base64, String path) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw mismatch(path, "a text in base64", base64);
    }
  }

  private static <T> T typed(Class<T> type, Object value, String path, String wanted) {
    if (!type.isInstance(value)) {
      throw mismatch(path, wanted, value);
    }
    return type.cast(value);
  }

  private static Failures.Told unknown(Message.Builder message, String path) {
    return refused(
        "the request has no field " + path,
        message.getDescriptorForType().getFullName()
            + " has: "
            + message.getDescriptorForType().getFields().stream()
                .map(FieldDescriptor::getJsonName)
                .collect(Collectors.joining(", ")));
  }

  private static Failures.Told mismatch(String path, String wanted, Object found) {
    return refused("the field " + path + " is " + found, "write " + wanted);
  }

  private static Failures.Told refused(String what, String remedy) {
    return new Failures.Told(what + "; " + remedy, ExitCode.USAGE);
  }
}
