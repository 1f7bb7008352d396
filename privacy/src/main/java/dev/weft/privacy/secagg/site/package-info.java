/**
 * A site in a session: one type per state, each taking any message. Nothing here reads clocks,
 * opens connections or starts threads; a state that was left is not used again.
 */
package dev.weft.privacy.secagg.site;
