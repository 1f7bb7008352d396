package dev.weft.core.error;

import dev.weft.core.Text;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of problem a user can meet; {@code docs/errors.md} lists them all by their code. */
public enum Problem {
  UNKNOWN_KEY(
      101,
      "A configuration key does not exist.",
      "Use the key that the message proposes, or look it up in configuration.md."),
  BAD_VALUE(
      102,
      "A configuration value is malformed or out of range.",
      "Set the key to a value of the kind that the message names."),
  MISSING_FILE(
      103, "A file that was named cannot be read.", "Check the path and the file's permissions."),
  BAD_CONFIG_SYNTAX(
      104,
      "A configuration file is not valid HOCON.",
      "Mend the line that the message names: often a brace, a quote or a substitution."),
  UNKNOWN_METHOD(
      105, "A method name is not registered.", "Set method.name to one that the message lists."),
  INVALID_COMBINATION(
      106,
      "Settings that are valid alone do not go together.",
      "Change one of the settings that the message names."),
  UNWRITABLE_OUTPUT(
      107,
      "A result cannot be written.",
      "Free the disk, mend the folder's permissions or set run.output to another folder."),
  NOT_ENOUGH_MEMORY(
      108,
      "What is asked for does not fit into memory.",
      "Raise engine.memory, or make smaller what the message names."),
  BAD_DATA(
      201, "A line of a data file cannot be read.", "Mend or remove the line the message names."),
  EMPTY_CLASS(
      202,
      "A class has no example where one is needed.",
      "Give the class examples, remove it, or set fewer test or public examples aside."),
  EMPTY_CLIENT(
      203,
      "A client has no training example.",
      "Use fewer clients, more examples or a larger simulation.partition.alpha."),
  RANK_TOO_LARGE(
      204,
      "The rank is larger than an adapted layer allows.",
      "Lower method.rank or method.ranks to at most the number in the message."),
  BAD_CHECKPOINT(
      205,
      "A model file is malformed or does not match the model.",
      "Download or export the file again, and check that it belongs to this model."),
  UNSUPPORTED_MODEL(
      206,
      "A model file is of a kind that Weft does not read.",
      "Use a model of a family and format that the message names, or convert this one."),
  WRONG_CONTENT(
      208,
      "A file holds something else than its name says.",
      "Fetch the file itself, as the message says how; a download that ended early or a pointer"
          + " to a file elsewhere is left in its place."),
  NON_FINITE_WEIGHT(
      209,
      "A model file holds weights that are no finite numbers.",
      "Fetch or convert the file again; where model.quantization made them, choose another"
          + " format."),
  NON_FINITE_UPDATE(
      231,
      "A client's update holds NaN or infinite values.",
      "Nothing for the run, which goes on without it; at that site lower the learning rate or look"
          + " at the data."),
  OUT_OF_RANGE_UPDATE(
      232,
      "A client's update goes beyond the agreed range.",
      "Lower training.learning-rate, or raise update.range."),
  MALFORMED_UPDATE(
      233,
      "A client's update does not follow the agreed schema.",
      "Bring the site to the coordinator's version and configuration."),
  CLIENT_FAILED(
      234,
      "A client's local training failed.",
      "Read that site's log; the run goes on while round.min-clients are left."),
  CLIENT_SILENT(
      235,
      "A client gave no sign of life before its deadline.",
      "Check the site; if it is only slow, raise round.progress-deadline."),
  CLIENT_DECLINED(
      236,
      "A client declined to take part in a round.",
      "Read the reason it gave: most often its model or method.targets differ from the"
          + " coordinator's."),
  ROUND_FAILED(
      301,
      "Too few clients delivered an update.",
      "Mend the clients that the log names, or lower round.min-clients."),
  INTERRUPTED(302, "The run was stopped by the user.", "Start the run again when you like."),
  WRONG_REFERENCE(
      303,
      "A client and the coordinator do not hold the same bytes.",
      "Give both sides the same model files and the same version of Weft."),
  BAD_ARTIFACT(
      304,
      "A stored artifact is missing or its bytes have changed.",
      "Restore the file that the message names from a backup, or start a new run."),
  STORE_FAILED(
      305,
      "An artifact could not be stored.",
      "Make room on the disk or mend its permissions, then start the run again; it continues."),
  ANOTHER_RUN(
      306,
      "A run is started again with settings that would change its results.",
      "Set back what the message names, or give the new run another name."),
  JOURNAL_UNAVAILABLE(
      307,
      "The database that a coordinator remembers its runs in cannot be used.",
      "Do what the message says, then start the coordinator again, or let the run go on by weft"
          + " resume; what was committed is still there."),
  BAD_TOKEN(
      401,
      "An invitation token cannot be read.",
      "Copy the whole token again from where it was issued, or ask for a new one."),
  INVITATION_OVER(
      402,
      "An invitation has expired or has been used.",
      "Ask the operator of the federation for a new one."),
  ENROLMENT_REFUSED(
      403,
      "A request to join a federation, or the answer to it, does not prove what it must.",
      "Do what the message says; where it speaks of another key or federation than expected,"
          + " compare fingerprints with the operator by another way than this connection."),
  BAD_KEY_FILE(
      404,
      "Keys or certificates on disk are missing, damaged or do not belong together.",
      "Restore the file that the message names from a backup, or join the federation again."),
  KEYS_NOT_SAVED(
      405,
      "Keys or certificates cannot be written.",
      "Free the disk or mend the permissions of the folder that the message names."),
  CERTIFICATE_REFUSED(
      406,
      "A certificate, or something that a certificate authority signed, is not valid here.",
      "Check the clocks of both machines and that both belong to the same federation; then renew"
          + " the certificate or join again."),
  MESSAGE_REFUSED(
      407,
      "A signed message is malformed, forged or out of order.",
      "Nothing for the run, which ignores it; look at the node that the message names."),
  SEAL_BROKEN(
      408,
      "A sealed artifact cannot be opened.",
      "Fetch or restore it again, and give the key that it was sealed for."),
  NOT_ADMITTED(
      411,
      "A site is not admitted to the federation.",
      "Ask the coordinator's operator for an invitation, and run weft join."),
  UNREACHABLE(
      412,
      "The other side cannot be reached.",
      "Run weft doctor at the site; it says which step fails and what to ask for."),
  POLICY_REFUSED(
      413,
      "A site's policy does not allow what a run asks for.",
      "Talk to the other side: change the run, or the policy in the site's weft.conf."),
  MODEL_NOT_HERE(
      414,
      "A site does not have the base model of a run.",
      "Bring the model to the site and name it in client.models of its weft.conf."),
  INTERNAL(
      900, "A defect in Weft.", "Report it with the message, the log and the run's config.conf.");

  private final int number;
  private final String meaning;
  private final String remedy;

  Problem(int number, String meaning, String remedy) {
    this.number = number;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  /** The number as users see it, such as {@code W-0101}. */
  public String code() {
    return Text.format("W-%04d", number);
  }

  /** The problem of this {@link #code}, such as another process has named it. */
  public static Optional<Problem> of(String code) {
    return Arrays.stream(values()).filter(problem -> problem.code().equals(code)).findFirst();
  }

  /** What happened, in one sentence. */
  public String meaning() {
    return meaning;
  }

  /** What a person can do about it, in one sentence. */
  public String remedy() {
    return remedy;
  }
}
