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

  /// The number of updates: by the square root of the number of items, within bounds.
  static func steps(_ data: DataSize, batchSize: Int) -> Int {
    let items = Double(data.items)
    let updates = min(14_000, max(2000, 80 * items.squareRoot()))
    let bound = 8e6 * items / Double(data.tokens)
    return Int((min(32 * updates, bound) / Double(batchSize)).rounded(.up))
  }

  /// The rule of `steps`, as `--help` states it.
  static let stepsInWords = """
    Without --steps or --epochs a run makes 80 updates of 32 items for the square root of the number \
    of items, at least 2000 and at most 14000. No run reads more than 8 million tokens.
    """

  /// What depends on whether there are few items, some, or many.
  ///
  /// Of few, the teacher knows all that there is to learn. As it was counted in these items, it gives
  /// the longest contexts away, so its share falls as they become more. Dropout helped lists between.
  private static func bySize<Value>(
    _ data: DataSize, short: Value, middle: Value, long: Value
  ) -> Value {
    data.items < 1000 ? short : data.items < 10_000 ? middle : long
  }

  /// The share that a step does without.
  static func dropout(_ data: DataSize) -> Double {
    bySize(data, short: 0, middle: 0.05, long: 0)
  }

  /// That share, as `--help` shows it.
  static let dropoutInWords = "0, from 1000 to 9999 items 0.05"

  /// The share of soft targets.
  static func softTargets(_ data: DataSize) -> Double {
    bySize(data, short: 1, middle: 0.9, long: 0.7)
  }

  /// That share, as `--help` shows it.
  static let softTargetsInWords = "1, from 1000 items on 0.9, from 10000 on 0.7"

  /// The order of the teacher.
  static func softOrder(_ data: DataSize) -> Int { bySize(data, short: 6, middle: 7, long: 7) }

  /// That order, as `--help` shows it.
  static let softOrderInWords = "6, from 1000 items on 7"

  /// The number of items that the teacher draws, where there are few.
  static func drawnItems(_ data: DataSize) -> Int {
    min(16 * data.items, max(0, 32_000 - data.items))
  }

  /// That number, as `--help` shows it.
  static let drawnItemsInWords = "16 for each item, as long as there are 32000 in all"
}

extension DefaultRecipe.DataSize {
  /// The size of what is left of a corpus after some items are held out, which ones aside.
  init(_ corpus: Corpus, holdout: Int) {
    items = max(1, corpus.count - holdout)
    let tokens = Double(corpus.tokenCount + corpus.count)
    self.tokens = Int(tokens * Double(items) / Double(max(1, corpus.count)))
  }
}

extension TrainingPlan {
  /// The updates that read each of some items a number of times.
  func steps(of epochs: Double, items: Int) -> Int {
    // A number that no run comes to is bounded where it is a Double still.
    Int(min(0x1p62, (epochs * Double(items) / Double(batchSize)).rounded(.up)))
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
    regularization.dropout = DefaultRecipe.dropout(data)
    regularization.softTargets = DefaultRecipe.softTargets(data)
    softOrder = DefaultRecipe.softOrder(data)
    drawnItems = DefaultRecipe.drawnItems(data)
  }
}
