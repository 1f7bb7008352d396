/**
 * The line between a site and its coordinator: gRPC over TLS, and what passes over it in pieces.
 */
package dev.weft.protocol.transport;
