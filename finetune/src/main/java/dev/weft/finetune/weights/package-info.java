/** Frozen matrices in the engine: held in their stored bytes, decoded when they are used. */
package dev.weft.finetune.weights;
