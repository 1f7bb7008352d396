/** The part of the Jinja template language that chat templates of models are written in. */
package dev.weft.text.jinja;
