/** A global state as artifacts: its pieces, and the manifest that names them. */
package dev.weft.core.state;
