/** Local training and evaluation of an adapter on one frozen encoder. */
package dev.weft.finetune.training;
