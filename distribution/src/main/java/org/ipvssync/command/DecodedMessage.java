package org.ipvssync.command;

import java.util.List;
import org.ipvssync.api.conn.ConnBatch;
import org.ipvssync.api.count.LinkCounter;
import org.ipvssync.command.capture.CapturedDatagram;

/**
 * A sync message, decoded.
 *
 * @param datagram what was captured
 * @param version 0 or 1; -1 when it is too short to say
 * @param syncId as the header says; -1 when it is too short to say
 * @param size as the header says; -1 when it is too short to say
 * @param nrConns as the header says; -1 when it is too short to say
 * @param records what could be decoded; valid until the next message
 * @param drops why the message, its rest, or records that could not be decoded are dropped
 * @param skipped for each record why a kernel would pass it over; null when it would not
 */
record DecodedMessage(
    CapturedDatagram datagram,
    int version,
    int syncId,
    int size,
    int nrConns,
    ConnBatch records,
    List<LinkCounter> drops,
    List<LinkCounter> skipped) {}
