/** How frozen matrices are held: each format quantizes, decodes in Java and decodes in a kernel. */
package dev.weft.finetune.quantization;
