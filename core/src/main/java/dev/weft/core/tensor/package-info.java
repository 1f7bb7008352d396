/** Named float32 tensors, their schemas and the safetensors container. */
package dev.weft.core.tensor;
