package org.ipvssync.launcher;

import java.nio.file.Path;

/**
 * How a node is to run.
 *
 * @param home the distribution
 * @param instance its directory
 * @param conf folder of configuration files, watched
 * @param deploy folder of further bundles, watched
 * @param background true when it logs into its file instead of to standard output
 * @param kernel false to leave this machine's own kernel alone, whatever the links say
 */
public record NodeOptions(
    Home home, InstanceDir instance, Path conf, Path deploy, boolean background, boolean kernel) {}
