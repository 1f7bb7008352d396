/** Many clients in one process: the same coordinator and client actors as between real sites. */
package dev.weft.simulation;
