/** How methods and adapters are listed and found by the names users type. */
package dev.weft.aggregation.registry;
