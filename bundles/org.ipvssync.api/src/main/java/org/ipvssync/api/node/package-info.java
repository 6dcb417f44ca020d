/**
 * The node: one table with links. Roles reach the table only through what they open here, so that
 * the table can be exchanged under them.
 */
@Export
@Version("1.0.0")
package org.ipvssync.api.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
