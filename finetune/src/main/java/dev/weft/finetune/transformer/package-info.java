/**
 * Transformers with frozen, quantized weights: families of models, their blocks forward and
 * backward.
 */
package dev.weft.finetune.transformer;
