/// The loss of one item.
struct ItemLoss: Sendable {
  /// The number of the item's line over all the input, from 1.
  let line: Int

  /// The negative log-likelihood in nats, the closing boundary's included.
  let nll: Double

  /// The number of tokens, the closing boundary among them.
  let tokenCount: Int

  /// How often the item counts.
  var weight = 1
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
  private(set) var skipped = 0

  /// The negative log-likelihoods in nats; infinite where one of them is.
  var nll: Double { zeros > 0 ? .infinity : nllOfOthers }

  /// Adds an item of a text without weights.
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

  /// Adds an item as often as it counts.
  ///
  /// - Throws: `DataError` when the number of tokens overflows; that of items is smaller.
  mutating func add(_ item: ItemLoss) throws(DataError) {
    let tokens = try Self.add(item.tokenCount, times: item.weight, to: &self.tokens)
    lines += item.weight
    if item.nll < .infinity {
      nllOfOthers += Double(item.weight) * item.nll
    } else {
      zeros += item.weight
      tokensOfZeros += tokens
    }
  }

  /// Takes note of an item that is left out.
  ///
  /// - Throws: `DataError` when the number of such items overflows.
  mutating func skip(_ weight: Int) throws(DataError) {
    try Self.add(1, times: weight, to: &skipped)
  }

  /// Adds a product to a sum.
  ///
  /// - Returns: The product.
  /// - Throws: `DataError` when the sum overflows.
  @discardableResult
  static func add(_ count: Int, times weight: Int, to sum: inout Int) throws(DataError) -> Int {
    let (product, isTooLarge) = count.multipliedReportingOverflow(by: weight)
    let (total, isAbove) = sum.addingReportingOverflow(product)
    if isTooLarge || isAbove {
      throw DataError("the weights make more than 2^63 - 1 tokens; divide them by a number")
    }
    sum = total
    return product
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
  enum Style: Sendable {
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

  /// Whether the number of an item's line stands before its losses.
  private let isNumbered: Bool

  /// All the items together, for the summary.
  ///
  /// `add` adds one; a scorer of many items may add them here at once.
  var sum = LossSum()

  /// Called between blocks of text, with the number of items so far and their mean loss.
  var progress: ((_ items: Int, _ loss: Double) -> Void)?

  /// Whether a terminal shows a row for each item or token.
  var showsRows: Bool { style.keepsTokens && output.isTerminal }

  private var losses: [Double] = []
  private var counts: [Int64] = []

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - isNullSeparated: What is a line for each item or token ends with NUL instead.
  ///   - isNumbered: The line of an item begins with the number of its own line, over all the input.
  init(
    _ output: OutputFile, _ vocabulary: Vocabulary, _ style: Style, isNullSeparated: Bool,
    isNumbered: Bool = false
  ) {
    self.isNumbered = isNumbered
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
    try sum.add(item)
    switch style {
    case .summary: break
    case .lines:
      if isNumbered { try output.write("\(item.line)\t") }
      try output.write("\(item.nll.shortest)\t\(item.tokenCount)\t")
      try items.write(tokens.lazy.map(\.token).dropLast())
    case .tokens:
      for (index, token) in tokens.enumerated() {
        let label = vocabulary.label(token.token)
        try output.write("\(item.line)\t\(index + 1)\t\(label)\t\(token.nll.shortest)")
        try output.write(byte: separator)
      }
    case .tensor:
      guard losses.makeRoom(for: 1), counts.makeRoom(for: 1) else {
        throw DataError("out of memory at the losses of \(losses.count) items; try smaller pieces")
      }
      losses.append(item.nll)
      counts.append(Int64(item.tokenCount))
    }
  }

  /// Takes note of an item that is left out.
  ///
  /// - Throws: `DataError` when the number of such items overflows.
  func skip(_ weight: Int = 1) throws(DataError) { try sum.skip(weight) }

  /// Shows how far the items have come, once there are any.
  func showProgress() {
    if sum.lines > 0 { progress?(sum.lines, sum.nll / Double(sum.tokens)) }
  }

  /// Hands what is written to the reader.
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
      var model = ModelFile(kind: .losses, vocabulary: nil, tensors: tensors)
      if sum.skipped > 0 { model.metadata["mm.skipped"] = "\(sum.skipped)" }
      try model.write(to: output, as: form)
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
