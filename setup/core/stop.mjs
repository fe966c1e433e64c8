/** Ends set-up with one line that says what is missing and what to do; anything else that is thrown is a defect. */
export class SetupStop extends Error {
  /**
   * @param {string} message
   * @param {string} [details] output of the tool that failed, shown above the line
   */
  constructor(message, details = "") {
    super(message);
    this.name = "SetupStop";
    this.details = details;
  }
}
