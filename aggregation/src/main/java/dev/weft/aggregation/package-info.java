/** Server mathematics: what a coordinator computes from the updates of a round, and how exactly. */
package dev.weft.aggregation;
