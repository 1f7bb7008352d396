/** A site's own record of what it was asked for and what it let go. */
package dev.weft.client.audit;
