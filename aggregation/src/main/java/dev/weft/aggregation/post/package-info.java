/** Pure steps between the mean of a round and its next global state. */
package dev.weft.aggregation.post;
