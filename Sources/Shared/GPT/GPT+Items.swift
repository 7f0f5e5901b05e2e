extension GPT: ItemModel {
  /// Items that are read together, as a tree.
  public func wave(on pool: ThreadPool) throws(DataError) -> any ItemWave {
    GPTWave(GPTEngine(parameters, pool: pool))
  }

  /// What scores items, as trees.
  public func tokenScorer(on pool: ThreadPool) -> any TokenScorer {
    GPTTokenScorer(GPTEngine(parameters, pool: pool))
  }
}

/// Scores items under a GPT-2: what they have in common is computed once.
struct GPTTokenScorer: TokenScorer {
  private let model: GPTEngine

  /// How many nodes a tree has at most, about.
  private let treeSize: Int

  init(_ model: GPTEngine, treeSize: Int? = nil) {
    self.model = model
    self.treeSize = treeSize ?? model.config.treeSize
  }

  func tokenLosses(_ items: inout PrefixForest) -> [Double] {
    items.plant(blockSize: model.config.blockSize, treeSize: treeSize)
    return model.tokenLosses(items).map(Double.init)
  }
}
