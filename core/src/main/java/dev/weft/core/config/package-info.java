/**
 * The run configuration: one documented file, one record per concern, errors that name the line.
 */
package dev.weft.core.config;
