/** Labelled texts: where they come from, their classes, and the split into train, test, public. */
package dev.weft.finetune.data;
