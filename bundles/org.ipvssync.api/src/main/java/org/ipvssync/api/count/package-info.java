/**
 * What a link counts: one catalogue of counters, and the numbers of one link.
 *
 * <p>The link's thread writes, anyone reads.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.count;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
