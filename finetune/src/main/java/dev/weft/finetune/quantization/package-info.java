/** Frozen matrices: formats that are read and written, and decoding in the engine on use. */
package dev.weft.finetune.quantization;
