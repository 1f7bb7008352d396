package dev.weft.text.jinja;

import java.util.List;

/**
 * Items that can be gone over and counted, but not asked for by position: what {@code items()},
 * {@code keys()} and {@code values()} of a mapping give.
 *
 * @param name as Python writes it
 */
record View(String name, List<Object> items) {}
