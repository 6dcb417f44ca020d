/**
 * Capture files: packets of pcap and pcapng files, and the sync datagrams in them.
 *
 * <p>Formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng; link types:
 * https://www.tcpdump.org/linktypes.html. One thread a reader.
 */
package org.ipvssync.command.capture;
