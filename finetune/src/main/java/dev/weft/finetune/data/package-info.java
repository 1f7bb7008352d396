/**
 * What is learnt from: labelled texts and texts to write, their files, and the split into parts.
 */
package dev.weft.finetune.data;
