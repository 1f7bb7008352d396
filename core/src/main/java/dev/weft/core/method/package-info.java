/** A federated method as a value of eight choices. */
package dev.weft.core.method;
