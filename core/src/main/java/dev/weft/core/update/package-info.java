/** What a client sends: fixed-point integers whose sum ignores the order of arrival. */
package dev.weft.core.update;
