/** Results in the layout of Hugging Face PEFT, for everyone who does not run Weft. */
package dev.weft.core.peft;
