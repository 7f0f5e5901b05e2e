/// Scores items under counts or logits as they are read.
public struct NGramScorer: ItemVisitor {
  private let model: NGramLanguageModel
  private let skipsUnknown: Bool
  private let report: (ItemLoss, [TokenLoss]) throws(DataError) -> Void

  /// The losses of the contexts that were met so far, and where those of each are.
  private var losses: [Double] = []
  private var startOfContext: [Int]
  private let tokenOfASCII: [Int]

  private var context = 0
  private var nll = 0.0
  private var count = 0
  private var isSkipped = false
  private var linesBefore = 0
  private var lastLine = 0

  /// The tokens of the current item, where they are wanted.
  private var tokens: [TokenLoss] = []
  private let keepsTokens: Bool

  /// What was left out because the model does not know a character of it.
  public private(set) var skipped = 0

  /// Creates a scorer.
  ///
  /// - Parameters:
  ///   - skipsUnknown: Items with characters that the model does not know are left out; otherwise
  ///     they are an error.
  ///   - style: What of an item is wanted.
  ///   - report: Called at the end of each item, with its tokens where `style` keeps them.
  public init(
    _ model: NGramLanguageModel, skipsUnknown: Bool, style: LossReport.Style,
    report: @escaping (ItemLoss, [TokenLoss]) throws(DataError) -> Void
  ) {
    self.model = model
    self.skipsUnknown = skipsUnknown
    keepsTokens = style.keepsTokens
    self.report = report
    startOfContext = [Int](repeating: -1, count: model.contextCount)
    tokenOfASCII = (0..<128).map { model.vocabulary.token(of: Unicode.Scalar(UInt8($0))) ?? 0 }
  }

  /// Scores a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  public mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    let known =
      scalar.isASCII
      ? tokenOfASCII[Int(scalar.value)] : model.vocabulary.token(of: scalar) ?? 0
    if known == 0 {
      guard skipsUnknown else {
        throw DataError(
          "the model does not know \(scalar.quoted); --skip-unknown leaves such items out")
      }
      isSkipped = true
    }
    if !isSkipped { score(known) }
    count += 1
  }

  /// Scores the end of an item and reports it.
  public mutating func endItem(line: Int) throws(DataError) {
    // Line numbers begin anew in each file.
    if line <= lastLine { linesBefore += lastLine }
    lastLine = line
    guard count > 0 else { return }
    if isSkipped {
      skipped += 1
    } else {
      score(0)
      let loss = ItemLoss(line: linesBefore + line, nll: nll, tokenCount: count + 1)
      try report(loss, tokens)
    }
    context = 0
    nll = 0
    count = 0
    isSkipped = false
    tokens.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private mutating func score(_ token: Int) {
    if startOfContext[context] < 0 { prepare(context) }
    let loss = losses[startOfContext[context] + token]
    nll += loss
    context = model.context(after: context, token)
    if keepsTokens { tokens.append(TokenLoss(token: token, nll: loss)) }
  }

  private mutating func prepare(_ context: Int) {
    startOfContext[context] = losses.count
    losses.append(contentsOf: model.nll(after: context))
  }
}
