/** The engine's kernels: TorchScript files, and one type per file that knows their names. */
package dev.weft.finetune.kernels;
