/** Masks on and off vectors of integers, block by block. */
package dev.weft.privacy.secagg.mask;
