/**
 * Secure aggregation: a coordinator learns the sum of its sites' updates and nothing else of them.
 * What is agreed before a session, and what follows from its roster for both sides.
 */
package dev.weft.privacy.secagg;
