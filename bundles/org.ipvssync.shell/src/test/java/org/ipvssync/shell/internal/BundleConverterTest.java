package org.ipvssync.shell.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;
import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

class BundleConverterTest {
  private final Bundle codec = bundle(7, "org.ipvssync.codec.v1", "1.0.0");
  private final Bundle oldTable = bundle(8, "org.ipvssync.table.memory", "1.0.0");
  private final Bundle newTable = bundle(9, "org.ipvssync.table.memory", "1.1.0");
  private final List<Bundle> bundles = List.of(codec, oldTable, newTable);
  private final BundleConverter converter = new BundleConverter(context());

  @Test
  void shouldFindBundlesByNumberAndName() {
    assertSame(codec, converter.convert(Bundle.class, 7L));
    assertSame(newTable, converter.convert(Bundle.class, "9"));
    assertSame(codec, converter.convert(Bundle.class, "org.ipvssync.codec.v1"));
  }

  @Test
  void shouldNotGuess() {
    assertNull(converter.convert(Bundle.class, "10"));
    assertNull(converter.convert(Bundle.class, "99999999999999999999"));
    assertNull(converter.convert(Bundle.class, "org.ipvssync.table.memory"), "there are two");
    assertNull(converter.convert(Bundle.class, "org.ipvssync"));
    assertNull(converter.convert(String.class, "7"));
  }

  @Test
  void shouldNameABundleInALine() {
    assertEquals(
        "7 org.ipvssync.codec.v1 1.0.0", converter.format(codec, Converter.LINE, converter));
    assertNull(converter.format("text", Converter.LINE, converter));
  }

  private BundleContext context() {
    return proxy(
        BundleContext.class,
        call ->
            call.method().equals("getBundles")
                ? bundles.toArray(Bundle[]::new)
                : bundles.stream()
                    .filter(b -> call.arguments()[0].equals(b.getBundleId()))
                    .findFirst()
                    .orElse(null));
  }

  private static Bundle bundle(long id, String name, String version) {
    return proxy(
        Bundle.class,
        call ->
            switch (call.method()) {
              case "getBundleId" -> id;
              case "getSymbolicName" -> name;
              case "getVersion" -> Version.parseVersion(version);
              default -> throw new AssertionError(call.method());
            });
  }

  private record Call(String method, Object[] arguments) {}

  private static <T> T proxy(Class<T> type, Function<Call, Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> answer.apply(new Call(method.getName(), arguments))));
  }
}
