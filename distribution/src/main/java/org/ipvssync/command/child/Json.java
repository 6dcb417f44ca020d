package org.ipvssync.command.child;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a parsed object; what is missing or of another type is empty or 0. */
public final class Json {
  private Json() {}

  /** The value as an object. */
  public static Map<String, Object> object(Object value) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> object.put(String.valueOf(key), each));
    }
    return object;
  }

  /** A field as text. */
  public static String text(Map<String, Object> object, String field) {
    return object.get(field) instanceof String text ? text : "";
  }

  /** A field as a number. */
  public static long number(Map<String, Object> object, String field) {
    return object.get(field) instanceof Number number ? number.longValue() : 0;
  }
}
