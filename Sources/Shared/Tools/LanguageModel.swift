// Tools: what the programs share and tests can reach: the options of each, checked and made into calls of the
// folders before, and the one list of the kinds of models. No other folder uses this one.

/// Models as the programs read them.
public enum LanguageModel {
  /// Reads the one model of a file, of whatever kind.
  ///
  /// - Parameters:
  ///   - operand: The file, or `-` for standard input.
  ///   - smoothing: What becomes of counts; `nil` leaves them as they are.
  /// - Throws: `DataError` when it is malformed or of kind `losses`, `UsageError` when something
  ///   other than counts is to be smoothed.
  public static func read(_ operand: String, _ smoothing: Smoothing?) throws -> any ItemModel {
    let part = try part(operand, smoothing ?? .none)
    if smoothing != nil, part.smoothing == nil {
      throw UsageError("--smooth is for counts, and \(operand) is a model of kind \(part.kind)")
    }
    return part.model
  }

  /// Reads the one model of a file as a part of a mixture.
  ///
  /// - Parameter smoothing: What becomes of it if it is counts.
  /// - Throws: `DataError` as for `read`.
  static func part(
    _ operand: String, _ smoothing: Smoothing
  ) throws(DataError) -> MixturePart {
    var reader = ModelReader(try InputFile(operand))
    do throws(DataError) {
      if let rows = try reader.rows() { return try part(Counts(rows), smoothing) }
      guard let file = try reader.next() else { throw reader.empty }
      let part = try part(file, smoothing, &reader, depth: 0)
      try reader.finish()
      return part
    } catch { throw error.at(operand) }
  }

  /// How deep mixtures may stand in mixtures.
  private static var deepest: Int { 32 }

  /// Takes what a file holds for the model that it is: the one place that knows the kinds.
  private static func part(
    _ file: ModelFile, _ smoothing: Smoothing, _ reader: inout ModelReader, depth: Int
  ) throws(DataError) -> MixturePart {
    let kind = try file.kind()
    switch kind {
    case .counts:
      do throws(DataError) { return try part(Counts(file), smoothing) } catch {
        throw error.at(file.place)
      }
    case .bigram:
      let logits = try NGramLogits(file)
      return MixturePart(.bigram, NGramModel(logits)) { (output, form) throws(DataError) in
        try logits.model.write(to: output, as: form)
      }
    case .gpt:
      let gpt = try GPT(file)
      return MixturePart(.gpt, gpt) { (output, form) throws(DataError) in
        try gpt.write(to: output, as: form)
      }
    case .mixture:
      guard depth < deepest else {
        throw file.error("mixtures stand in mixtures more than \(deepest) deep")
      }
      let header = try MixtureHeader(file)
      var parts: [MixturePart] = []
      for smoothing in header.smoothings {
        guard let file = try reader.next() else { throw header.truncated(after: parts.count) }
        parts.append(try part(file, smoothing ?? .none, &reader, depth: depth + 1))
      }
      let mixture = try header.mixture(of: parts)
      return MixturePart(.mixture, mixture) { (output, form) throws(DataError) in
        try mixture.write(to: output, as: form)
      }
    case .losses: throw file.error("holds losses, from which nothing can be drawn or scored")
    default:
      throw file.error(
        "kind \(JSON.quoted("\(kind)")), expected counts, bigram, gpt, mixture or losses")
    }
  }

  private static func part(
    _ counts: Counts, _ smoothing: Smoothing
  ) throws(DataError) -> MixturePart {
    MixturePart(.counts, try counts.model(smoothing), smoothing: smoothing) {
      (output, form) throws(DataError) in try counts.write(to: output, as: form)
    }
  }
}
