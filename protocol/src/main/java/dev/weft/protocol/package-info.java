/** What coordinator and clients say to each other in a round, and the bytes that travel with it. */
package dev.weft.protocol;
