/** What follows from a roster for everyone in the session: its id, its graph, its secrets. */
package dev.weft.privacy.secagg.session;
