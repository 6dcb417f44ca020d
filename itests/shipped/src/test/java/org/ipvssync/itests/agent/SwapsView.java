package org.ipvssync.itests.agent;

/**
 * Swaps of a link or a table.
 *
 * @param count how many
 * @param longestMicros longest pause
 * @param last the latest in words; empty when there was none
 * @param lastMicros its pause
 * @param lastWaited updates that waited in it
 */
public record SwapsView(
    long count, long longestMicros, String last, long lastMicros, long lastWaited) {}
