package org.ipvssync.kernel.internal;

import java.util.function.BooleanSupplier;
import org.ipvssync.api.link.LinkLog;
import org.ipvssync.api.node.SyncClock;
import org.ipvssync.api.node.SyncNode;

/**
 * What the kernel's side of a node is made of.
 *
 * @param proc where /proc is
 * @param node whose table it is
 * @param links the node's links
 * @param ownLinks makes those to the kernel
 * @param record what ran before
 * @param lock one node a network namespace
 * @param contentComplete whether the table has everything that peers could tell
 * @param clock the node's
 * @param log for people
 */
record KernelParts(
    ProcFiles proc,
    SyncNode node,
    LinksSeen links,
    OwnLinks ownLinks,
    DaemonRecord record,
    NamespaceLock lock,
    BooleanSupplier contentComplete,
    SyncClock clock,
    LinkLog log) {}
