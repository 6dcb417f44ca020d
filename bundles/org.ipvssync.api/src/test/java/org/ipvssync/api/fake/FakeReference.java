package org.ipvssync.api.fake;

import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;

/** References to services, for components tested without a framework. */
public final class FakeReference {
  private FakeReference() {}

  /** To a service of a bundle with this version. */
  @SuppressWarnings("unchecked")
  public static <T> ServiceReference<T> of(String bundleVersion) {
    Bundle bundle = answering(Bundle.class, "getVersion", Version.parseVersion(bundleVersion));
    return answering(ServiceReference.class, "getBundle", bundle);
  }

  private static <T> T answering(Class<T> type, String question, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals(question)) {
                return answer;
              }
              throw new UnsupportedOperationException(method.getName());
            }));
  }
}
