extension GPT: ItemModel {
  /// Items that are read together, as a tree.
  func wave(on pool: ThreadPool) throws(DataError) -> any ItemWave {
    try GPTWave(engine(on: pool))
  }

  /// What scores items, as trees.
  func tokenScorer(on pool: ThreadPool) throws(DataError) -> any TokenScorer {
    let engine = try engine(on: pool)
    guard Memory.has(engine.scoringMemory + WaitingItems.memory) else {
      let bytes = ByteCount.text(Double(engine.scoringMemory))
      throw DataError("out of memory: scoring takes \(bytes); try fewer --threads")
    }
    engine.prepareToScore()
    return GPTTokenScorer(engine)
  }

  private func engine(on pool: ThreadPool) throws(DataError) -> GPTEngine {
    let bytes = 4 * PackedWeights.floats(parameters.config)
    guard Memory.has(bytes) else {
      throw DataError("out of memory: the packed weights take \(ByteCount.text(Double(bytes)))")
    }
    return GPTEngine(parameters, pool: pool)
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
