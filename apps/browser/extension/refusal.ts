/** A command that is not carried out. The message is a sentence for a person, says what to do next, and holds no key. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
