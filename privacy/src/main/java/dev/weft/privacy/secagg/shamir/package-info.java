/** Secrets in shares, of which enough give the secret and fewer say nothing. */
package dev.weft.privacy.secagg.shamir;
