/** What sites and coordinator say to each other in a session, and the bytes of it. */
package dev.weft.privacy.secagg.message;
