/**
 * What a coordinator tells a monitoring system: its figures, whether it lives, whether it serves.
 */
package dev.weft.federation.metrics;
