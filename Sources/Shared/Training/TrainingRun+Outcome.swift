// What a run has made of its model.
extension TrainingRun {
  /// How often each item to train on is read in the whole run.
  var epochs: Double {
    Double(plan.steps) * Double(plan.batchSize) / Double(itemCount)
  }

  /// The loss of a model that gives every token the same probability, in nats.
  var uniformLoss: Double { log(Double(model.config.vocabSize)) }

  /// The first of the items that `mm-sample --seed` draws from the model with the run's seed.
  ///
  /// - Throws: `DataError` when the model's logits are NaN or infinite.
  func samples(_ count: Int) throws(DataError) -> [[Int32]] {
    var sampler = try WaveSampler(
      GPTWave(model), corpus.vocabulary, SamplingRequest(seed: plan.seed.bits), pool: model.pool)
    let wave = TrainingMemory.sampleWave(model.config)
    var items: [[Int32]] = []
    while items.count < count {
      items += try sampler.items(items.count..<min(count, items.count + wave))
    }
    return items
  }

  /// How many of some items are items that were trained on.
  func copies(in items: [[Int32]]) -> Int {
    var counts: [ArraySlice<Int32>: Int] = [:]
    for item in items { counts[item[...], default: 0] += 1 }
    return trainedWeights.indices.reduce(0) { sum, line in
      // Counted once, however often it was trained on.
      trainedWeights[line] == 0
        ? sum : sum + (counts.removeValue(forKey: corpus[line: line]) ?? 0)
    }
  }

  /// An item as diagnostics show it.
  func text(of item: [Int32]) -> String { corpus.vocabulary.label(item.map(Int.init)) }
}
