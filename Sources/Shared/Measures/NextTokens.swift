/// The distribution of one token, as a table to read.
public struct NextTokens {
  private let rows: [(label: String, prob: Double)]

  /// Puts the tokens in descending order of probability, equal ones in the order of the vocabulary.
  ///
  /// - Parameters:
  ///   - probs: One for each token.
  ///   - choice: What they were changed by: with a top k, there are as many rows.
  init(_ probs: [Double], _ choice: SamplingChoice, _ vocabulary: Vocabulary) {
    let sum = probs.reduce(0, +)
    rows = probs.indices.sorted { (probs[$1], $0) < (probs[$0], $1) }
      .prefix(choice.topK ?? probs.count)
      .map { (vocabulary.label($0), probs[$0] / sum) }
  }

  /// Writes rows `TOKEN<tab>PROBABILITY`.
  ///
  /// - Throws: `DataError` when a write fails.
  public func write(to output: OutputFile) throws(DataError) {
    for (label, prob) in rows { try output.write("\(label)\t\(prob.shortest)\n") }
  }
}
