/**
 * What the roles share: checked settings, the choice among services that come and go, the socket
 * that is opened again and again, and the link's one thread. Plain classes without OSGi types.
 *
 * <p>A role implements {@link org.ipvssync.api.link.LinkWork}; {@link
 * org.ipvssync.api.link.LinkRunner} does the rest and may be called by any thread.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.link;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
