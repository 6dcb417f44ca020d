/**
 * What a test outside says to a node in a framework of this JVM. Types of the JDK alone cross: the
 * product's own are another type in each framework.
 */
package org.ipvssync.itests.agent;
