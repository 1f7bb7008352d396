/**
 * What each party of a federation makes of the base model and its own files: a site its training
 * data, the coordinator the classes, held-out examples and the state that a run starts from.
 */
package dev.weft.finetune.party;
