/**
 * What this machine can do and what fine-tuning makes of it, each measurement in a process of its
 * own; the Python halves of comparisons with other frameworks are in {@code peers}.
 */
package dev.weft.benchmarks;
