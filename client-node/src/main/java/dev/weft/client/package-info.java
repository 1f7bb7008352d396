/** A site: answers offers, trains on its own data, and lets only a protected update leave. */
package dev.weft.client;
