/// The memory that a run takes: an upper bound, known before the first batch.
///
/// It is that of the largest possible batch, with no shared prefix and every item as long as the
/// longest. scripts/bench-gpt compares it with what runs take. Sums are Doubles, so that no size
/// overflows.
struct TrainingMemory: Equatable, Sendable {
  /// What a process takes that has loaded its libraries and read nothing, in bytes.
  private static let process = 11e6

  /// The bytes of the items, and of the orders in which they are drawn.
  let items: Double

  /// The bytes of the weights, packed twice beside the plain ones, of the gradient of each lane,
  /// and of the optimizer's state.
  let weights: Double

  /// The bytes of the activations of all trees that are under way at the same time.
  let activations: Double

  /// The bytes of the activations of a wave of samples.
  let samples: Double

  /// The bytes of the n-gram model of the items, of the items that it draws, and of its rows.
  let teacher: Double

  /// All bytes.
  var bytes: Double {
    Self.process + items + weights + activations + samples + teacher
  }

  /// How many samples are drawn at the same time: few, so that their activations are small beside
  /// those of training.
  static func sampleWave(_ config: GPTConfig) -> Int {
    max(1, Int(min(32, 0x1p23 / sampleFloats(config))))
  }

  /// The floats of the activations of a sample that fills its block, no prefix shared.
  private static func sampleFloats(_ config: GPTConfig) -> Double {
    let longest = config.blockSize
    return Double(longest) * floatsPerNode(config, longest: longest, .generating)
  }

  /// Estimates the memory of a run.
  init(_ config: GPTConfig, _ plan: TrainingPlan, _ corpus: Corpus, threads: Int) {
    let inputs = corpus.longest + 1
    let longest = min(inputs, config.blockSize)
    // Windows overlap by half, so a long item is read about twice.
    let length = inputs > config.blockSize ? 2 * inputs : inputs
    let (product, overflow) = plan.batchSize.multipliedReportingOverflow(by: length)
    let nodes = overflow ? .max : product
    let lanes = PrefixForest.laneCount(trees: (nodes - 1) / config.treeSize + 1)

    // A batch's tokens, and 40 bytes for each window, in arrays that double as they grow.
    let windows = 1 + Double(inputs) / Double(max(1, config.blockSize / 2))
    let batch = 2 * Double(plan.batchSize) * (4 * Double(inputs + 1) + 40 * windows)
    let lines = 4 * Double(corpus.storedTokenCount) + 32 * Double(corpus.lineCount)
    items = batch + lines + 8 * Double(corpus.count)

    let parameters = Double(config.parameterCount ?? .max)
    weights =
      4
      * ((1 + Double(lanes)) * parameters + Double(PackedWeights.floats(config))
        + plan.optimizer.floats(config, threads: threads))

    // A tree may be too large by a window, and the room for trees grows an eighth ahead of them.
    let underWay = Double(min(threads, lanes)) * Double(config.treeSize + longest) * 9 / 8
    activations =
      4 * min(Double(nodes) * 9 / 8, underWay)
      * Self.floatsPerNode(config, longest: longest, .training)
    samples = 4 * Double(Self.sampleWave(config)) * Self.sampleFloats(config)
    teacher = Self.teacher(plan, corpus)
  }

  /// The bytes of the teacher and of what it gives.
  ///
  /// Each token may open an n-gram of every length, which takes some 40 bytes, and counting as many
  /// again. Few do: one in four, of at most ten million, is taken for the bound.
  private static func teacher(_ plan: TrainingPlan, _ corpus: Corpus) -> Double {
    // What is held out is scored under Kneser-Ney as well.
    guard plan.regularization.softTargets > 0 || plan.drawnItems > 0 || plan.holdout > 0 else {
      return 0
    }
    let tokens = Double(corpus.tokenCount + corpus.count)
    let stored = Double(corpus.storedTokenCount + corpus.lineCount)
    let nodes = min(1e7, stored) * Double(plan.softOrder) / 4
    let drawn = Double(plan.drawnItems) * (32 + 4 * tokens / Double(max(1, corpus.count)))
    let rows = SoftTargetRows.bytes(
      vocabSize: corpus.vocabulary.count, stateCount: Int(nodes))
    return 80 * nodes + drawn + rows
  }

  /// The floats of a row of every activation: what the planner gives sixteen rows more, shared out.
  private static func floatsPerNode(
    _ config: GPTConfig, longest: Int, _ purpose: GPTActivations.Purpose
  ) -> Double {
    func floats(nodes: Int) -> Double {
      let targets = purpose == .training ? nodes : 0
      return Double(
        GPTActivations.floats(
          config,
          GPTActivations.Size(nodes: nodes, longest: longest, targets: targets, purpose: purpose)))
    }
    return (floats(nodes: 32) - floats(nodes: 16)) / 16
  }

  /// Refuses a run that would not fit the machine's memory, or what a limit leaves of it.
  ///
  /// - Throws: `DataError` with its size.
  func check() throws(DataError) {
    if bytes <= Double(Machine.memory) {
      if Memory.has(Int(bytes - Self.process)) { return }
      throw DataError(
        "out of memory: training this model takes \(ByteCount.text(bytes)); "
          + "try a smaller model, block or batch")
    }
    throw DataError(
      "training this model takes \(ByteCount.text(bytes)), more than this machine's memory of "
        + "\(ByteCount.text(Double(Machine.memory))); try a smaller model, block or batch")
  }
}
