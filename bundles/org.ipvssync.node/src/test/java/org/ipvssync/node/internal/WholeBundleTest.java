package org.ipvssync.node.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
  void shouldKeepObjectsWorkingWhoseLoaderGivesNothingOutAnyMore() throws Exception {
    String path = Late.class.getName().replace('.', '/') + ".class";
    String inner = Late.Inner.class.getName().replace('.', '/') + ".class";
    CutLoader own = new CutLoader();
    WholeBundle.load(bundle(wiring(List.of(path, inner), own)));
    Object late = own.loadClass(Late.class.getName()).getDeclaredConstructor().newInstance();
    own.cut = true;
    assertNotSame(Late.class, late.getClass());
    assertEquals("[1]", late.toString());
  }

  @Test
  void shouldFindThatACutLoaderWouldHaveFailed() throws Exception {
    CutLoader own = new CutLoader();
    Object late = own.loadClass(Late.class.getName()).getDeclaredConstructor().newInstance();
    own.cut = true;
    assertThrows(LinkageError.class, late::toString);
  }

  /** Needs classes of its own and of the JDK only when it is used. */
  public static final class Late {
    @Override
    public String toString() {
      return new Inner().add(1);
    }

    /** Another class of the same bundle. */
    static final class Inner {
      private final Deque<Integer> all = new ArrayDeque<>();

      String add(int number) {
        all.add(number);
        return all.toString();
      }
    }
  }

  /** Defines those two itself, as a bundle does, until it is cut. */
  private static final class CutLoader extends ClassLoader {
    private boolean cut;

    CutLoader() {
      super(WholeBundleTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (cut) {
        throw new ClassNotFoundException("the wiring is no longer valid: " + name);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null || !name.startsWith(Late.class.getName())) {
        return known != null ? known : super.loadClass(name, resolve);
      }
      try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] all = bytes.readAllBytes();
        return defineClass(name, all, 0, all.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
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
