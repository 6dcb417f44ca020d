/**
 * Sync messages on their way: the datagram, the codecs that read and write it, the transports that
 * move it.
 *
 * <p>Codecs are stateless and used by many threads; an open receiver or sender belongs to the one
 * thread of its link, except {@code close()}, which any thread may call.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
