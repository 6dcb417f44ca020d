/** How the command line speaks with a running node over its control socket. */
@Export
@Version("1.0.0")
package org.ipvssync.api.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
