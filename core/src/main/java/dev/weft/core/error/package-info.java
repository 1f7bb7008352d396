/** Problems a person can mend, each with a number, a meaning and a remedy. */
package dev.weft.core.error;
