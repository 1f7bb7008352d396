/** Model files (safetensors, GGUF, ONNX) become a described network and named arrays of bytes. */
package dev.weft.checkpoint;
