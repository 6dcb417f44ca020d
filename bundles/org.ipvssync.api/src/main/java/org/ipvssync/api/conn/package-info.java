/**
 * Connections as the kernel knows them: the batch that carries their records between bundles, and
 * the kernel's facts (flags, protocols, states, timeouts, merge rules) as plain classes.
 *
 * <p>Everything here is free of OSGi types and of threads: a {@link
 * org.ipvssync.api.conn.ConnBatch} belongs to one thread at a time, the facts are immutable.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.conn;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
