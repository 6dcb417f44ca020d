package org.ipvssync.itests;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.osgi.framework.BundleContext;

/**
 * Starts a framework for a class of tests and runs each method in the class that the probe bundle
 * has: Pax Exam drives JUnit 4 only, so Jupiter is driven from here.
 */
final class FelixExtension
    implements BeforeAllCallback, AfterAllCallback, ParameterResolver, InvocationInterceptor {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(FelixExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    FelixNode node = FelixNode.start();
    // Stored before the probe goes in, so that a probe that fails does not leave a framework.
    context.getStore(STORE).put(FelixNode.class, node);
    node.installProbe(context.getRequiredTestClass());
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    FelixNode node = context.getStore(STORE).remove(FelixNode.class, FelixNode.class);
    if (node != null) {
      node.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == BundleContext.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return node(context).probe().getBundleContext();
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation, method, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation, method, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    runInside(invocation, method, context);
  }

  private static void runInside(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> outside,
      ExtensionContext context)
      throws Throwable {
    invocation.skip();
    Object test =
        context
            .getStore(STORE)
            .computeIfAbsent(context.getUniqueId(), id -> newInside(context), Object.class);
    Method method = outside.getExecutable();
    Method inside = test.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
    inside.setAccessible(true);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(test.getClass().getClassLoader());
    try {
      inside.invoke(test, outside.getArguments().toArray());
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Object newInside(ExtensionContext context) {
    try {
      Class<?> inside = node(context).probe().loadClass(context.getRequiredTestClass().getName());
      Constructor<?> constructor = inside.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          context.getRequiredTestClass() + " cannot be made inside the framework", e);
    }
  }

  private static FelixNode node(ExtensionContext context) {
    return context.getStore(STORE).get(FelixNode.class, FelixNode.class);
  }
}
