/** Low-rank adapters as values, and the state that a committed round leaves behind. */
package dev.weft.core.adapter;
