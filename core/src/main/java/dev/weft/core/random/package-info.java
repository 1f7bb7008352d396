/** Reproducible randomness: every number is a pure function of the run seed and a named purpose. */
package dev.weft.core.random;
