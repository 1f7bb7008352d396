/**
 * Content addresses: every artifact is some bytes under their SHA-256, the same digest in store,
 * journal and wire (design.md section 3, step 4).
 */
package dev.weft.core.artifact;
