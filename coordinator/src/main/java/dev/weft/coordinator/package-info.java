/** The server side: the event-sourced run, its rounds, and what they tell whoever watches. */
package dev.weft.coordinator;
