/** Initialisations of the first global adapter that need linear algebra. */
package dev.weft.aggregation.init;
