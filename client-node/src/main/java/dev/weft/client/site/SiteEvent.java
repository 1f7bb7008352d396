package dev.weft.client.site;

import dev.weft.finetune.MemoryBudget;
import dev.weft.finetune.party.DataReport;
import dev.weft.protocol.ClientReply;
import dev.weft.protocol.RoundId;
import dev.weft.protocol.RunTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a site's process tells whoever watches it. */
public sealed interface SiteEvent {

  /** The line is there. */
  record Connected(String address, String software) implements SiteEvent {}

  /** The line is not there, or not any more; it is tried again. */
  record Lost(String address, String reason, Duration next) implements SiteEvent {}

  /** The site has its next certificate. */
  record Renewed(Instant until) implements SiteEvent {}

  /** The coordinator does not want this site as it is; trying again does not help. */
  record Refused(String code, String sentence) implements SiteEvent {}

  /** A run asks for this site. */
  record Preparing(RunTerms terms) implements SiteEvent {}

  /**
   * What became of the site's own records; nobody else hears of it.
   *
   * @param heldOut the same of those that are held out; empty if there are none
   */
  record DataRead(String run, DataReport report, Optional<DataReport> heldOut)
      implements SiteEvent {}

  /** How the process's memory, or the GPU's, is divided while it works for the run. */
  record MemoryDivided(String run, MemoryBudget memory) implements SiteEvent {}

  /** Model and data are ready. */
  record Prepared(String run, long examples) implements SiteEvent {}

  /** The site takes no part in a run. */
  record NotPrepared(String run, String code, String sentence) implements SiteEvent {}

  /** What this site said to a round. */
  record Replied(ClientReply reply) implements SiteEvent {}

  /**
   * A run is over.
   *
   * @param withResults whether it has left something for this site, which is fetched now
   */
  record RunEnded(String run, String outcome, boolean withResults) implements SiteEvent {}

  /** What a run has left for this site lies in a folder of its own. */
  record Kept(String run, Path folder) implements SiteEvent {}

  /** A training goes on after so many steps, where a process before this one left it. */
  record TrainingGoesOn(RoundId id, int steps) implements SiteEvent {}

  /** What was kept of a training is of no use, or cannot be kept; the site trains all the same. */
  record TrainingNotKept(String sentence) implements SiteEvent {}

  /** What a run has left could not be had. */
  record NotKept(String run, String sentence) implements SiteEvent {}
}
