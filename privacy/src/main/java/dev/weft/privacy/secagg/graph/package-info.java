/** Who shares masks and secrets with whom in a cohort, and how many of them it takes. */
package dev.weft.privacy.secagg.graph;
