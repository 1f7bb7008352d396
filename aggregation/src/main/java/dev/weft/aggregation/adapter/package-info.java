/** The registry of adapters, one file each, and what is derived from it. */
package dev.weft.aggregation.adapter;
