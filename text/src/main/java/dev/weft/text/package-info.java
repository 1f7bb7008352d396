/** Texts and conversations become token ids, as each model wants them, and token ids texts. */
package dev.weft.text;
