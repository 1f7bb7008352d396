/** How one data set becomes many sites. */
package dev.weft.simulation.partition;
