// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The memory that a run of training needs.
enum TrainingMemory {
  /// The bytes, as far as they can be told before the first batch.
  ///
  /// Four numbers for each parameter (itself, its gradient and two moments), two more for the
  /// weights packed for the products, and the activations of the largest batch that may come: no
  /// prefix shared, each item as long as the longest, or as the block.
  static func bytes(_ config: GPTConfig, _ plan: TrainingPlan, _ corpus: Corpus) -> Double {
    let longest = corpus.lazy.map { $0.count + 1 }.max() ?? 1
    let length = Double(longest)
    let inputs = min(length, Double(config.blockSize))
    // Windows overlap by half, so a long item is read about twice.
    let nodes = Double(plan.batchSize) * (length > inputs ? 2 * length : length)
    let C = Double(config.nEmbd)
    let layers = Double(config.nLayer)
    let parameters =
      (2 * Double(config.vocabSize) + Double(config.blockSize)) * C + layers * 12 * C * C
    let pairs = nodes * inputs * Double(config.nHead)
    let activations =
      layers * (nodes * 22 * C + 2 * pairs) + nodes * (8 * C + Double(config.vocabSize))
    return 4 * (6 * parameters + activations)
  }

  /// Refuses a run that would not fit the machine's memory.
  ///
  /// - Throws: `DataError` with its size.
  static func check(
    _ config: GPTConfig, _ plan: TrainingPlan, _ corpus: Corpus
  ) throws(DataError) {
    let bytes = bytes(config, plan, corpus)
    if bytes <= Double(CPU.memory) { return }
    throw DataError(
      "training this model takes \(ByteCount.text(bytes)), more than this machine's memory of "
        + "\(ByteCount.text(Double(CPU.memory))); try a smaller model, block or batch")
  }
}
