/** What happens to an update before it leaves a site: clip, round, noise; agreed beforehand. */
package dev.weft.core.protection;
