package org.ipvssync.command.capture;

import java.net.InetAddress;

/**
 * A UDP datagram from a capture.
 *
 * @param timeNanos nanoseconds since 1970, UTC; 0 when the file does not say
 * @param source sender
 * @param sourcePort its port
 * @param destination where it went
 * @param port the port there
 * @param payload what was captured of it
 * @param length how long the payload was when it was sent; more than captured when the capture's
 *     snapshot length cut it
 */
public record CapturedDatagram(
    long timeNanos,
    InetAddress source,
    int sourcePort,
    InetAddress destination,
    int port,
    byte[] payload,
    int length) {}
