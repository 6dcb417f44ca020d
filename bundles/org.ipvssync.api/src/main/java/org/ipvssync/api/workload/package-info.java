/** Realistic connections, made for the demonstration, benchmarks and tests. */
@Export
@Version("1.0.0")
package org.ipvssync.api.workload;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
