/** A site's process: its line to the coordinator, and what it makes ready for a run. */
package dev.weft.client.site;
