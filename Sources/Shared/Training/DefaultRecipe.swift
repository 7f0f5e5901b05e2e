/// The default recipe: what holds where no option says otherwise, chosen by held-out loss.
///
/// The numbers that depend on the data are functions of its size alone.
enum DefaultRecipe {
  /// How much data a run trains on.
  struct DataSize: Equatable {
    /// The number of items.
    var items: Int

    /// The number of their tokens, the closing boundaries among them.
    var tokens: Int

    init(items: Int, tokens: Int) {
      self.items = items
      self.tokens = tokens
    }

    /// The size of what is left of a corpus after some items are held out, which ones aside.
    init(_ corpus: Corpus, holdout: Int) {
      items = max(1, corpus.count - holdout)
      let tokens = Double(corpus.tokenCount + corpus.count)
      self.tokens = Int(tokens * Double(items) / Double(max(1, corpus.count)))
    }
  }

  /// What turns gradients into changes.
  ///
  /// At equal time on names, one-hot: 3500 steps of Muon 1.9328, 5000 of AdamW 1.9503; 1000 of Muon
  /// 2.0275, 1430 of AdamW 2.0586 (means of three splits).
  static let optimizer = OptimizerKind.muon

  /// The highest learning rate.
  static func learningRate(_ optimizer: OptimizerKind) -> Double {
    switch optimizer {
    case .adamw: 3e-3
    case .muon: 0.01
    }
  }

  /// The learning rates, as `--help` shows them.
  static let ratesInWords =
    "\(learningRate(.muon).word), with adamw \(learningRate(.adamw).word)"

  /// The number of updates.
  ///
  /// Few items are read often, many a few times, and from the bound on only a part of them.
  static func steps(_ data: DataSize, batchSize: Int) -> Int {
    let items = Double(data.items)
    let epochs = 20 * min(1, (2000 / items).squareRoot())
    let bound = 8e6 * items / Double(data.tokens)
    return Int((min(epochs * items, bound) / Double(batchSize)).rounded(.up))
  }

  /// The rule of `steps`, as `--help` states it.
  static let stepsInWords = """
    Without --steps or --epochs up to 2000 items are read 20 times, and more of them fewer times, \
    by the square root of their number: 8000 items 10 times. No run reads more than 8 million \
    tokens.
    """

  /// The share that a step does without.
  static func dropout(_ data: DataSize) -> Double { 0 }

  /// That share, as `--help` shows it.
  static let dropoutInWords = "0"

  /// The share of soft targets.
  static func softTargets(_ data: DataSize) -> Double { 0 }

  /// That share, as `--help` shows it.
  static let softTargetsInWords = "0"
}

extension TrainingPlan {
  /// The updates that read each of some items a number of times.
  func steps(of epochs: Double, items: Int) -> Int {
    // A number that no run comes to is bounded where it is a Double still.
    Int(min(0x1p62, (epochs * Double(items) / Double(batchSize)).rounded(.up)))
  }

  /// How often each item is read, of some that are trained on.
  func epochs(items: Int) -> Double {
    Double(steps) * Double(batchSize) / Double(max(1, items))
  }

  /// The plan that the recipe of another has for some data.
  ///
  /// - Parameter other: Its recipe, optimizer and batch size are kept: the rest depends on them.
  init(like other: TrainingPlan, for data: DefaultRecipe.DataSize) {
    self.init(other.recipe)
    batchSize = other.batchSize
    optimizer = other.optimizer
    guard recipe == .default else { return }
    schedule = .linear
    learningRate = DefaultRecipe.learningRate(optimizer)
    steps = DefaultRecipe.steps(data, batchSize: batchSize)
    dropout = DefaultRecipe.dropout(data)
    softTargets = DefaultRecipe.softTargets(data)
  }
}
