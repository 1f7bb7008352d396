/** Frozen matrices: formats that are read and written, and the decoding that defines them. */
package dev.weft.checkpoint.quantization;
