/// The loss of one item.
struct ItemLoss: Sendable {
  /// The number of the item's line over all the input, from 1.
  let line: Int

  /// The negative log-likelihood in nats, the closing boundary's included.
  let nll: Double

  /// The number of tokens, the closing boundary among them.
  let tokenCount: Int
}

/// The losses of items added up.
struct LossSum: Sendable {
  /// The negative log-likelihoods in nats of the items that have a probability, in their order.
  private(set) var nllOfOthers = 0.0

  /// The number of tokens, the closing boundaries among them.
  private(set) var tokens = 0

  /// The number of items.
  private(set) var lines = 0

  /// The number of items whose probability is zero, and of their tokens.
  private(set) var zeros = 0
  private(set) var tokensOfZeros = 0

  /// The number of items that were left out.
  var skipped = 0

  /// The negative log-likelihoods in nats; infinite where one of them is.
  var nll: Double { zeros > 0 ? .infinity : nllOfOthers }

  /// Adds an item.
  @inline(__always)
  mutating func add(_ nll: Double, tokens: Int) {
    self.tokens += tokens
    lines += 1
    if nll < .infinity {
      nllOfOthers += nll
    } else {
      zeros += 1
      tokensOfZeros += tokens
    }
  }

  /// The lines `NAME<tab>VALUE` of the summary.
  ///
  /// - Throws: `DataError` when there are no items: nothing has no mean.
  func summary() throws(DataError) -> String {
    guard lines > 0 else {
      throw DataError("no items to score" + (skipped > 0 ? ": \(skipped) were skipped" : ""))
    }
    let loss = nll / Double(tokens)
    var text = "nll\t\(nll.shortest)\ntokens\t\(tokens)\nlines\t\(lines)\n"
    text += "loss\t\(loss.shortest)\nperplexity\t\(exp(loss).shortest)\n"
    if skipped > 0 { text += "skipped\t\(skipped)\n" }
    if zeros > 0 {
      text += "zeros\t\(zeros)\n"
      let others = tokens - tokensOfZeros
      if others > 0 { text += "loss_of_others\t\((nllOfOthers / Double(others)).shortest)\n" }
    }
    return text
  }
}

/// Writes the losses of items, one by one or added up.
public final class LossReport {
  /// What is written.
  public enum Style: Sendable {
    /// Five lines about all the items.
    case summary

    /// A line for each item.
    case lines

    /// A line for each token.
    case tokens

    /// A model of kind `losses`.
    case tensor

    /// Whether the tokens of an item are wanted, and their losses.
    var keepsTokens: Bool { self == .lines || self == .tokens }
  }

  /// What is written.
  let style: Style

  private let output: OutputFile
  private let vocabulary: Vocabulary
  private let items: ItemWriter
  private let separator: UInt8

  /// All the items together, for the summary.
  ///
  /// `add` adds one; whoever scores many at once may add them here.
  var sum = LossSum()

  private var losses: [Double] = []
  private var counts: [Int64] = []

  /// Creates a report.
  ///
  /// - Parameter isNullSeparated: What is a line for each item or token ends with NUL instead.
  public init(
    _ output: OutputFile, _ vocabulary: Vocabulary, _ style: Style, isNullSeparated: Bool
  ) {
    self.output = output
    self.vocabulary = vocabulary
    self.style = style
    items = ItemWriter(output, vocabulary, isNullSeparated: isNullSeparated)
    separator = isNullSeparated ? 0 : UInt8(ascii: "\n")
  }

  /// Takes the loss of an item.
  ///
  /// - Parameter tokens: Its tokens with their losses, the closing boundary among them, for the
  ///   styles that keep them.
  /// - Throws: `DataError` when a write fails.
  func add(_ item: ItemLoss, _ tokens: [TokenLoss]) throws(DataError) {
    sum.add(item.nll, tokens: item.tokenCount)
    switch style {
    case .summary: break
    case .lines:
      try output.write("\(item.nll.shortest)\t\(item.tokenCount)\t")
      try items.write(tokens.lazy.map(\.token).dropLast())
    case .tokens:
      for (index, token) in tokens.enumerated() {
        let label = vocabulary.label(token.token)
        try output.write("\(item.line)\t\(index + 1)\t\(label)\t\(token.nll.shortest)")
        try output.write(byte: separator)
      }
    case .tensor:
      losses.append(item.nll)
      counts.append(Int64(item.tokenCount))
    }
  }

  /// Takes note of an item that is left out.
  func skip() { sum.skipped += 1 }

  /// Hands what is written to whoever reads.
  ///
  /// - Throws: `DataError` when a write fails.
  func flush() throws(DataError) { try output.flush() }

  /// Writes what is known only at the end.
  ///
  /// - Parameter form: The form of a model.
  /// - Throws: `DataError` when a write fails, or the summary is one of no items.
  public func finish(as form: ModelForm) throws(DataError) {
    switch style {
    case .lines, .tokens: break
    case .summary:
      try output.write(sum.summary())
    case .tensor:
      let shape = [losses.count]
      let tensors = [
        Tensor(name: "nll", shape: shape, values: .f64(losses)),
        Tensor(name: "tokens", shape: shape, values: .i64(counts)),
      ]
      try ModelFile(kind: .losses, vocabulary: nil, tensors: tensors).write(to: output, as: form)
    }
  }

  /// The error at a character that the model does not know.
  static func unknown(_ scalar: Unicode.Scalar) -> DataError {
    Vocabulary.unknown(scalar, remedy: "--skip-unknown leaves such items out")
  }
}

/// A token of an item and its loss.
struct TokenLoss: Sendable {
  /// The token; 0 for the boundary that closes the item.
  let token: Int

  /// The negative log-likelihood in nats.
  let nll: Double
}

extension ModelKind {
  /// The losses of items under a model: what `mm-loss --tensor` writes.
  public static let losses = ModelKind(rawValue: "losses")
}
