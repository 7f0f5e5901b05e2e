/// Scores items under a Markov chain as they are read.
struct NGramScorer<Model: MarkovModel>: ItemVisitor {
  private let model: Model
  private let skipsUnknown: Bool
  private let report: LossReport

  /// The losses of the tokens after each context that was met, a row each.
  private var losses: [Double] = []

  /// The row that each of those tokens leads to; -1 before it was gone to.
  private var nextRow: [Int32] = []

  /// The context of each row, and the row of each context that was met.
  private var contexts: [Model.Context] = []
  private var rowOfContext: [Model.Context: Int32] = [:]

  /// The token of each byte that is a character of its own; 0 where the model knows none.
  private var tokenOfByte: [Int]

  private var row = 0
  private var nll = 0.0
  private var count = 0
  private var isSkipped = false

  private var lines = LineNumbers()

  /// The tokens of the current item, where they are wanted.
  private var tokens: [TokenLoss] = []
  private let keepsTokens: Bool

  init(_ model: Model, skipsUnknown: Bool, report: LossReport) {
    self.model = model
    self.skipsUnknown = skipsUnknown
    keepsTokens = report.style.keepsTokens
    self.report = report
    tokenOfByte = (0..<256).map { byte in
      byte < 128 ? model.vocabulary.token(of: Unicode.Scalar(UInt8(byte))) ?? 0 : 0
    }
    _ = makeRow(for: model.start)
  }

  /// Scores a run of ASCII characters that are known, after tokens that were met before.
  ///
  /// Only for sums: it keeps no tokens. It stops before whatever needs more than a look into the
  /// tables.
  mutating func take(run bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Int {
    if report.style != .summary || isSkipped { return 0 }
    // What a carriage return means is for the decoder to say.
    tokenOfByte[Int(UInt8(ascii: "\r"))] = 0
    var (row, nll, count, sum) = (row, nll, count, report.sum)
    var index = 0
    let vocabSize = model.vocabulary.count
    tokenOfByte.withUnsafeBufferPointer { tokenOfByte in
      losses.withUnsafeBufferPointer { losses in
        nextRow.withUnsafeBufferPointer { nextRow in
          while index < bytes.count {
            let byte = bytes[index]
            let token = tokenOfByte[Int(byte)]
            if byte == separator {
              if count > 0 { sum.add(nll + losses[row * vocabSize], tokens: count + 1) }
              (row, nll, count) = (0, 0, 0)
            } else {
              let cell = row * vocabSize + token
              if token == 0 || nextRow[cell] < 0 { break }
              nll += losses[cell]
              row = Int(nextRow[cell])
              count += 1
            }
            index += 1
          }
        }
      }
    }
    (self.row, self.nll, self.count, report.sum) = (row, nll, count, sum)
    return index
  }

  /// Scores a character after those before it.
  ///
  /// - Throws: `DataError` when the model does not know it, unless such items are skipped.
  mutating func visit(_ scalar: Unicode.Scalar) throws(DataError) {
    let token = model.vocabulary.token(of: scalar)
    if token == nil {
      guard skipsUnknown else {
        throw LossReport.unknown(scalar)
      }
      isSkipped = true
    }
    if let token, !isSkipped { score(token) }
    count += 1
  }

  /// Scores the end of an item and reports it.
  mutating func endItem(line: Int) throws(DataError) {
    let line = lines.overall(line)
    guard count > 0 else { return }
    if isSkipped {
      report.skip()
    } else {
      score(0)
      try report.add(ItemLoss(line: line, nll: nll, tokenCount: count + 1), tokens)
    }
    row = 0
    nll = 0
    count = 0
    isSkipped = false
    tokens.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private mutating func score(_ token: Int) {
    let cell = row * model.vocabulary.count + token
    nll += losses[cell]
    if keepsTokens { tokens.append(TokenLoss(token: token, nll: losses[cell])) }
    if nextRow[cell] < 0 { findRow(after: cell) }
    row = Int(nextRow[cell])
  }

  private mutating func findRow(after cell: Int) {
    let (row, token) = cell.quotientAndRemainder(dividingBy: model.vocabulary.count)
    let context = model.context(after: contexts[row], token)
    nextRow[cell] = rowOfContext[context] ?? makeRow(for: context)
  }

  private mutating func makeRow(for context: Model.Context) -> Int32 {
    let row = Int32(contexts.count)
    rowOfContext[context] = row
    contexts.append(context)
    losses.append(contentsOf: model.nll(after: context))
    nextRow.append(contentsOf: repeatElement(-1, count: model.vocabulary.count))
    return row
  }
}
