/** Messages as protobuf, and back; whatever cannot be read is refused with one sentence. */
package dev.weft.protocol.codec;
