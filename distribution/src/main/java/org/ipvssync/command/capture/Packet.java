package org.ipvssync.command.capture;

/**
 * One captured packet.
 *
 * @param timeNanos nanoseconds since 1970, UTC; 0 when the file does not say
 * @param linkType how {@code bytes} begin, a LINKTYPE_ number
 * @param bytes what was captured
 */
record Packet(long timeNanos, int linkType, byte[] bytes) {}
