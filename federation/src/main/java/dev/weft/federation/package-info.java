/**
 * A run of one method from its configuration to its results, whoever its sites are: virtual clients
 * of this process or real ones at the other end of a line.
 */
package dev.weft.federation;
