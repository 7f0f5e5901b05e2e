/// The losses of items as a model of kind `losses` holds them.
struct Losses {
  /// The negative log-likelihood of each item, in nats.
  let nll: [Double]

  /// The number of tokens of each item, the closing boundary among them.
  let tokens: [Int64]

  /// The number of items that were left out.
  let skipped: Int

  /// Reads a model.
  ///
  /// - Throws: `DataError` when it is of another kind, or holds what no losses are.
  init(_ model: ModelFile) throws(DataError) {
    try model.check(.losses, "losses are wanted; mm-loss --tensor makes them")
    let (nll, tokens) = (try model.tensor("nll"), try model.tensor("tokens"))
    guard case .f64(let losses) = nll.values, case .i64(let counts) = tokens.values,
      nll.shape.count == 1, nll.shape == tokens.shape
    else { throw model.error("nll and tokens are not rows of F64 and I64 of one length") }
    if let item = losses.firstIndex(where: { !($0 >= 0) }) {
      throw model.error("item \(item + 1) has a loss of \(losses[item].shortest), not 0 or more")
    }
    if let item = counts.firstIndex(where: { $0 < 1 }) {
      throw model.error("item \(item + 1) has \(counts[item]) tokens, fewer than 1")
    }
    let text = model.metadata["mm.skipped"] ?? "0"
    guard let skipped = UInt64(word: text).flatMap({ Int(exactly: $0) }) else {
      throw model.error("mm.skipped is \(JSON.quoted(text)), not a whole number, 0 or more")
    }
    (self.nll, self.tokens, self.skipped) = (losses, counts, skipped)
  }

  /// Reads models of losses and writes what one run over all their items writes.
  ///
  /// - Parameters:
  ///   - operands: Files of one model or several; without any, standard input.
  ///   - areRows: A row `NLL<tab>TOKENS` for each item instead of the summary.
  /// - Throws: `DataError` when a file is malformed, holds no losses, or a write fails.
  static func merge(
    _ operands: [String], areRows: Bool, to output: OutputFile
  ) throws(DataError) {
    var sum = LossSum()
    for operand in operands.isEmpty ? ["-"] : operands {
      var reader = ModelReader(try InputFile(operand))
      while let model = try reader.next() {
        let losses = try Losses(model)
        do throws(DataError) {
          try sum.skip(losses.skipped)
          for (nll, tokens) in zip(losses.nll, losses.tokens) {
            if areRows {
              try output.write("\(nll.shortest)\t\(tokens)\n")
            } else {
              try sum.add(ItemLoss(line: 0, nll: nll, tokenCount: Int(tokens)))
            }
          }
        } catch { throw error.at(operand) }
      }
    }
    if !areRows { try output.write(sum.summary()) }
  }
}

extension ModelKind {
  /// The losses of items under a model: what `mm-loss --tensor` writes.
  static let losses = ModelKind(rawValue: "losses")
}
