package dev.weft.privacy.secagg.shamir;

import dev.weft.privacy.keys.Bytes;

/**
 * What one site holds of a secret.
 *
 * @param index of the site in the roster, from 1
 * @param value {@link Shamir#SHARE_BYTES} that {@link Shamir#isShare} has found right
 */
public record Share(int index, Bytes value) {}
