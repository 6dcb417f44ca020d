/**
 * What the roles share: checked settings, the choice among services that come and go, and the
 * pauses between attempts. Plain classes without OSGi types.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.link;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
