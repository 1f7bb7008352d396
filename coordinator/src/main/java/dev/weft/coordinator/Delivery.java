package dev.weft.coordinator;

import dev.weft.protocol.ClientReply;

/**
 * What is known about an update once its bytes are gone.
 *
 * @param examples size of the client's data: the update's weight
 * @param upload what the client said of it
 */
public record Delivery(long examples, ClientReply.Uploaded upload) {}
