/** Aggregators: from integer updates to weighted means, whatever the order of arrival. */
package dev.weft.aggregation.sum;
