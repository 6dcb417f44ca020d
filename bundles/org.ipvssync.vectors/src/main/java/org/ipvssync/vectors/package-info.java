/**
 * Sync traffic captured from real Linux kernels, and what those kernels made of it, for the tests
 * of all bundles. Everything is read from the class path; nothing here is shipped.
 *
 * <p>Start at {@link org.ipvssync.vectors.Scenario} and {@link org.ipvssync.vectors.EdgeCase}. All
 * types are immutable, except that the byte arrays they hold are not copied: do not change them.
 */
package org.ipvssync.vectors;
