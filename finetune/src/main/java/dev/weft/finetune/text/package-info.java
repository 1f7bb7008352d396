/** Texts become token ids. */
package dev.weft.finetune.text;
