/** The narrow door to libtorch: native memory, uploads, and calls of TorchScript kernels. */
package dev.weft.finetune.torch;
