/** The registry of federated methods, one file each, and what is derived from it. */
package dev.weft.aggregation.method;
