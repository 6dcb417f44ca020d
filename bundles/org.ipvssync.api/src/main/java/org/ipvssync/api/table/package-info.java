/**
 * The connection table: what every provider promises.
 *
 * <p>Many threads write, one batch at a time; readers take no lock and never make a writer wait.
 * Time comes in with every call, so that a table runs on a simulated clock.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.table;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
