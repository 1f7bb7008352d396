/**
 * Adapters in native memory: what they make of frozen weights, and the gradients of their tensors.
 */
package dev.weft.finetune.adapter;
