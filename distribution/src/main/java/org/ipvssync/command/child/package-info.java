/**
 * Nodes that a command of this distribution starts for a while as processes of its own, and the
 * ways to ask them. Closing them, or the end of this process, leaves nothing behind.
 */
package org.ipvssync.command.child;
