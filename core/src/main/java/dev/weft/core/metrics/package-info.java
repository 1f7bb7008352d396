/** What is measured about a model. */
package dev.weft.core.metrics;
