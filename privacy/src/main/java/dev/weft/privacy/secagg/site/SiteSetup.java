package dev.weft.privacy.secagg.site;

import dev.weft.privacy.keys.NodeId;
import dev.weft.privacy.secagg.Lanes;
import dev.weft.privacy.secagg.Members;
import dev.weft.privacy.secagg.Signer;
import dev.weft.privacy.secagg.Verifier;
import dev.weft.privacy.secagg.primitive.Suite;

/**
 * What a site brings to every session.
 *
 * @param node its own id
 * @param signer its long-term key
 * @param coordinator the coordinator's
 * @param members whom the federation's authority vouches for
 * @param suite the only one that it takes part with
 * @param policy what it agrees to
 */
public record SiteSetup(
    NodeId node,
    Signer signer,
    Verifier coordinator,
    Members members,
    Suite suite,
    SitePolicy policy,
    Lanes lanes) {}
