package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

class WholeBundleTest {
  private final List<String> asked = new ArrayList<>();
  private final ClassLoader loader =
      new ClassLoader(null) {
        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
          asked.add(name);
          if (name.equals("a.NeedsWhatIsNotThere")) {
            throw new NoClassDefFoundError("gone");
          }
          throw new ClassNotFoundException(name);
        }
      };

  @Test
  void shouldAskForEveryClassWhateverCannotBeLoaded() {
    List<String> paths = List.of("a/NeedsWhatIsNotThere.class", "a/b/Table$1.class", "Top.class");
    WholeBundle.load(bundle(wiring(paths, loader)));
    assertEquals(List.of("a.NeedsWhatIsNotThere", "a.b.Table$1", "Top"), asked);
  }

  @Test
  void shouldTakeABundleThatGoesInThisMoment() {
    WholeBundle.load(null);
    WholeBundle.load(bundle(null));
    WholeBundle.load(bundle(wiring(null, null)));
    WholeBundle.load(bundle(wiring(null, loader)));
    assertEquals(List.of(), asked);
  }

  private static Bundle bundle(BundleWiring wiring) {
    return fake(Bundle.class, "adapt", wiring, "getSymbolicName", "a.bundle");
  }

  private static BundleWiring wiring(List<String> paths, ClassLoader loader) {
    return fake(BundleWiring.class, "listResources", paths, "getClassLoader", loader);
  }

  private static <T> T fake(Class<T> type, String one, Object first, String other, Object second) {
    return type.cast(
        Proxy.newProxyInstance(
            WholeBundleTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case String name when name.equals(one) -> first;
                  case String name when name.equals(other) -> second;
                  default -> throw new AssertionError(method);
                }));
  }
}
