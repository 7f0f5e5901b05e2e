/// Options that several tools share.
extension Tool {
  /// Declares `--threads`.
  public func threadsOption() -> Option<Int> {
    option(
      "threads", "N", default: Machine.count, in: .within(1...1024),
      shownDefault: "the cores this process may use",
      help: "threads to use; the result does not depend on it")
  }

  /// Declares `--text`.
  public func textOption() -> Option<Bool> {
    flag("text", short: "t", help: "write the model as labelled text instead of safetensors")
  }

  /// Declares `--smooth`.
  func smoothOption() -> Option<Smoothing?> {
    option(
      "smooth", "S", Smoothing.self, absent: "0",
      help: """
        for counts: kn is interpolated modified Kneser-Ney, wb Witten-Bell, both with back-off to \
        shorter contexts; a number is added to every count
        """)
  }

  /// Declares `--null`.
  func nullOption(_ help: String) -> Option<Bool> {
    flag("null", short: "z", help: help)
  }

  /// The form in which a model is to be written.
  ///
  /// - Throws: `DataError` when that would be binary, on a terminal. Call it before the work.
  public func modelForm(isText: Bool) throws(DataError) -> ModelForm {
    if isText { return .text }
    if output.isTerminal {
      throw DataError(
        "a binary model is not written to a terminal; use --text, or redirect it to a file",
        at: output.name)
    }
    return .binary
  }
}
