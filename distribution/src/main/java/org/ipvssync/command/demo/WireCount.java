package org.ipvssync.command.demo;

/**
 * What was on the wire.
 *
 * @param datagrams of version 1
 * @param bytes of their payload
 * @param records in them
 */
record WireCount(long datagrams, long bytes, long records) {}
