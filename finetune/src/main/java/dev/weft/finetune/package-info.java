/** The engine as other modules see it: a frozen, quantized model that trains adapters. */
package dev.weft.finetune;
