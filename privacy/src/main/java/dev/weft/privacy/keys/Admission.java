package dev.weft.privacy.keys;

import java.math.BigInteger;

/**
 * What comes of a request to join that was admitted.
 *
 * @param invitation as it is to be kept from now on
 * @param serial of the site's certificate
 * @param answer for the site
 */
public record Admission(Invitation invitation, BigInteger serial, EnrolmentAnswer answer) {}
