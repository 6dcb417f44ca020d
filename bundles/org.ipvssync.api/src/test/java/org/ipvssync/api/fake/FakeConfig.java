package org.ipvssync.api.fake;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Typed configurations as a framework hands them out, for components tested without one. */
public final class FakeConfig {
  private FakeConfig() {}

  /**
   * A configuration with the annotation's defaults, but what {@code written} says; what is written
   * as text where a number is asked for throws when it is read, as in the framework.
   */
  public static <T extends Annotation> T of(Class<T> type, Map<String, ?> written) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object value = written.get(method.getName());
              if (value == null) {
                return method.getDefaultValue();
              }
              if (value instanceof String text && method.getReturnType() == int.class) {
                return Integer.valueOf(text);
              }
              if (value instanceof String text && method.getReturnType() == boolean.class) {
                return Boolean.valueOf(text);
              }
              return value;
            }));
  }

  /** What was written, with the PID that the framework adds. */
  public static Map<String, Object> properties(String pid, Map<String, ?> written) {
    Map<String, Object> properties = new HashMap<>(written);
    properties.put("service.pid", pid);
    return properties;
  }
}
