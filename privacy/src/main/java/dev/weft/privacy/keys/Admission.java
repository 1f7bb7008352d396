package dev.weft.privacy.keys;

/**
 * What comes of a request to join that was admitted.
 *
 * @param invitation as it is to be kept from now on
 * @param answer for the site
 */
public record Admission(Invitation invitation, EnrolmentAnswer answer) {}
