/** How everything that is chosen by its name is found: Weft's own and what a user's jar adds. */
package dev.weft.core.registry;
