package dev.weft.coordinator;

import dev.weft.protocol.ClientReply;

/**
 * What is known about an update once its bytes are gone.
 *
 * @param examples size of the client's data: the update's weight
 * @param examplesProcessed examples seen while training, repetitions included
 * @param meanLoss mean training loss, in nats
 * @param seconds from when the client's turn came until its update was ready
 * @param bytes length of the encoded update
 */
public record Delivery(
    long examples, long examplesProcessed, double meanLoss, double seconds, long bytes) {

  static Delivery of(ClientReply.Uploaded upload, long examples) {
    return new Delivery(
        examples,
        upload.examplesProcessed(),
        upload.meanLoss(),
        upload.seconds(),
        upload.update().bytes());
  }
}
