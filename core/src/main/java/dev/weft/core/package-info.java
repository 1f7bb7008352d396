/** The nouns every module shares, and the content digest that lets two sites compare them. */
package dev.weft.core;
