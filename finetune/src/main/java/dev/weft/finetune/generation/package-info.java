/** Language models continue texts. */
package dev.weft.finetune.generation;
