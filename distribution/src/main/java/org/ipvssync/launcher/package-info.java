/**
 * The node's process: its directory and lock, its log, and the OSGi framework that runs the
 * bundles.
 */
package org.ipvssync.launcher;
