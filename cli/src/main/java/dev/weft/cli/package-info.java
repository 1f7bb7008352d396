/** The weft command: reads what the user asks for, shows how it goes, says what went wrong. */
package dev.weft.cli;
