/** What keeps a site from its federation, one step at a time, each with its way out. */
package dev.weft.client.doctor;
