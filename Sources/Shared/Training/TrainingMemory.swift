/// The memory that a run of training needs.
enum TrainingMemory {
  /// The bytes, as far as they can be told before the first batch: those of the largest that may
  /// come, no prefix shared, each item as long as the longest.
  static func bytes(
    _ config: GPTConfig, _ plan: TrainingPlan, _ corpus: Corpus, threads: Int
  ) -> Double {
    let inputs = corpus.lazy.map { $0.count + 1 }.max() ?? 1
    // Windows overlap by half, so a long item is read about twice.
    let length = inputs > config.blockSize ? 2 * inputs : inputs
    let nodes = plan.batchSize.multipliedReportingOverflow(by: length)
    // A batch's tokens, and 40 bytes for each window, in arrays that double as they grow.
    let windows = 1 + Double(inputs) / Double(max(1, config.blockSize / 2))
    let batch = 2 * Double(plan.batchSize) * (4 * Double(inputs + 1) + 40 * windows)
    return batch
      + config.trainingMemory(
        nodes: nodes.overflow ? .max : nodes.partialValue, longest: min(inputs, config.blockSize),
        threads: threads)
  }

  /// Refuses a run that would not fit the machine's memory.
  ///
  /// - Throws: `DataError` with its size.
  static func check(
    _ config: GPTConfig, _ plan: TrainingPlan, _ corpus: Corpus, threads: Int
  ) throws(DataError) {
    let bytes = bytes(config, plan, corpus, threads: threads)
    if bytes <= Double(Machine.memory) { return }
    throw DataError(
      "training this model takes \(ByteCount.text(bytes)), more than this machine's memory of "
        + "\(ByteCount.text(Double(Machine.memory))); try a smaller model, block or batch")
  }
}
