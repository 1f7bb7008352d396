/** Who is who in a federation and how it is proved: keys, certificates, enrolment, envelopes. */
package dev.weft.privacy.keys;
