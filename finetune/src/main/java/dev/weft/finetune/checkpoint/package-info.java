/** Model files become named float32 tensors. */
package dev.weft.finetune.checkpoint;
