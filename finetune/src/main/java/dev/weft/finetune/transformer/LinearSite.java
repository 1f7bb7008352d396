package dev.weft.finetune.transformer;

/**
 * One frozen linear layer of a model, {@code y = x Wᵀ}.
 *
 * @param layer index of the block it belongs to, from 0
 * @param name checkpoint name without ".weight"
 * @param out rows of W
 * @param in columns of W
 */
public record LinearSite(int layer, String name, int out, int in) {}
