/** What a run leaves for people and for scripts: values in, files out. */
package dev.weft.federation.report;
