/**
 * The demonstration: two nodes on this machine, a workload, a failover, a verdict.
 *
 * <p>The workload and the {@linkplain org.ipvssync.command.demo.WorkloadModel model} of what it
 * made live in this process; the nodes are two more, of the same distribution.
 */
package org.ipvssync.command.demo;
