/** The suites of secure aggregation: agreement, key derivation, share encryption, mask streams. */
package dev.weft.privacy.secagg.primitive;
