/**
 * The command line: ipvsadm's words and the subcommands. Small classes, one a command; what a
 * running node knows is asked over its control socket.
 */
package org.ipvssync.command;
