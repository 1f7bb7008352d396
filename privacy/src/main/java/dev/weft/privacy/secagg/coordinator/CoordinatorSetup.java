package dev.weft.privacy.secagg.coordinator;

import dev.weft.privacy.keys.Bytes;
import dev.weft.privacy.secagg.Lanes;
import dev.weft.privacy.secagg.Members;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.primitive.Suite;
import java.util.function.Predicate;

/**
 * What the coordinator brings to every session.
 *
 * @param signer its long-term key
 * @param members whom the federation's authority vouches for
 * @param used whether a public key was advertised in an earlier session
 */
public record CoordinatorSetup(
    Signer signer, Members members, Suite suite, Predicate<Bytes> used, Lanes lanes) {}
