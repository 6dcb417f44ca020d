/**
 * The benchmark: what a node does with a machine and an interface, and beside each number what a
 * bare socket loop does there in the same run.
 *
 * <p>The nodes are processes of this distribution; what they are fed with comes from this process,
 * and what is measured is what the nodes say of themselves and what the kernel says of them.
 */
package org.ipvssync.command.bench;
