/** What a model learns: how hidden states become losses, gradients and answers. */
package dev.weft.finetune.task;
