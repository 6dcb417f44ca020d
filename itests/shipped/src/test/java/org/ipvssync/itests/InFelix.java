package org.ipvssync.itests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests of the class run inside a framework with the shipped bundles, one framework a class.
 *
 * <p>The class is loaded from a bundle, so that it uses services under the types that the bundles
 * see. It needs a constructor without parameters, and its methods may ask for a {@link
 * org.osgi.framework.BundleContext} and for types of the JDK and of Jupiter's API alone: anything
 * else would be another type inside.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FelixExtension.class)
@interface InFelix {}
