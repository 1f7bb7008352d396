/** Comparisons with other frameworks' released packages; the Python halves are in {@code peers}. */
package dev.weft.benchmarks;
