// Training: gradients into weights, weights into checkpoints. The folder knows plans, batches,
// optimizers, their memory and the record of a run; what a run writes to logs and shows on a
// terminal is the business of Tools.

/// A run of training: its data, its model, and how far it has come.
///
/// Everything that follows from the seed is drawn in one order, whatever the options: the split of
/// the items, then the first parameters, then the batches. A resumed run draws the same again and
/// passes over the batches that are done.
public final class TrainingRun {
  /// Where the first parameters of a run come from.
  enum Origin {
    /// They are drawn from the seed, for a model of a shape.
    case drawn(GPTConfig)

    /// They are the weights of a model, which the run changes.
    case weights(GPTTensors)

    /// The run is one that a checkpoint holds.
    case checkpoint(Checkpoint)
  }

  /// What is done.
  let plan: TrainingPlan

  /// The model.
  let model: GPTEngine

  /// What the run takes.
  let memory: TrainingMemory

  /// The number of updates made.
  private(set) var step = 0

  /// The number of items to train on.
  var itemCount: Int { trained.count }

  /// The items.
  let corpus: Corpus

  /// Which of them are trained on.
  let trained: ArraySlice<UInt32>

  /// How often each line of the corpus is trained on, once in an epoch.
  let trainedWeights: [Int]

  /// Which of them are held out.
  let heldOut: [Int]

  /// Items that a teacher has drawn, trained on like the others.
  private let drawn: [[Int32]]

  private let optimizer: any Optimizer
  private let frozen: [Range<Int>]
  private var batches: Batches
  private var batch = PrefixForest()

  /// Begins a run, or resumes one.
  ///
  /// - Parameters:
  ///   - plan: What is to be done; that of the checkpoint's record where there is one.
  ///   - corpus: The items, those to be held out among them.
  ///   - origin: Where the first parameters come from.
  ///   - pool: The threads that compute.
  /// - Throws: `DataError` when the items do not do for the plan, or the checkpoint is damaged.
  init(
    _ plan: TrainingPlan, corpus: Corpus, from origin: Origin, pool: ThreadPool
  ) throws(DataError) {
    if case .checkpoint(let checkpoint) = origin { try checkpoint.check(corpus) }
    guard !corpus.isEmpty else { throw DataError("no items to train on") }
    guard plan.holdout < corpus.count else {
      throw DataError(
        "--holdout \(plan.holdout) leaves nothing to train on of \(corpus.count) items")
    }
    guard corpus.count - plan.holdout + plan.drawnItems <= Corpus.limit else {
      throw DataError("--drawn-items \(plan.drawnItems) makes more than 2^32 - 1 items to train on")
    }
    let config = origin.config
    memory = TrainingMemory(config, plan, corpus, threads: pool.threads)
    try memory.check()
    self.plan = plan
    self.corpus = corpus

    var generator = TorchGenerator(seed: plan.seed.bits)
    let order = generator.randperm(corpus.count)
    trained = order.dropLast(plan.holdout)
    heldOut = order.suffix(plan.holdout).map(Int.init)
    let weights = corpus.weights(without: heldOut)
    trainedWeights = weights
    let initial = GPTTensors(config)
    initial.initialize(from: &generator)
    let parameters = origin.parameters ?? initial
    let teacher =
      plan.regularization.softTargets > 0 || plan.drawnItems > 0
      ? try Teacher(corpus, weights: weights, order: plan.softOrder) : nil
    let longest = weights.indices.reduce(0) { longest, line in
      weights[line] > 0 ? max(longest, corpus[line: line].count) : longest
    }
    drawn = try teacher?.items(plan.drawnItems, seed: plan.seed.bits, longest: longest) ?? []
    switch plan.recipe {
    case .default:
      batches = Batches(
        size: plan.batchSize, of: trained.count + drawn.count, seed: plan.seed.bits)
    case .makemore:
      // PyTorch's loader draws a seed for its workers, then its sampler one of its own.
      _ = generator.randomInt64()
      let sampler = TorchGenerator(seed: UInt64(generator.randomInt64()))
      batches = Batches(size: plan.batchSize, of: trained.count, sampler: sampler)
    }
    frozen = plan.without.flatMap { $0.ranges(in: parameters) }
    parameters.clear(frozen)

    model = GPTEngine(parameters, pool: pool)
    if plan.regularization.softTargets > 0 { model.softTargets = teacher?.targets }
    optimizer = plan.optimizer.make(config, plan, threads: pool.threads)
    if case .checkpoint(let checkpoint) = origin {
      try checkpoint.restore(optimizer)
      step = checkpoint.record.step
      batches.skip(step)
    }
  }

  /// Whether all updates are made.
  var isDone: Bool { step >= plan.steps }

  /// Makes one update.
  ///
  /// - Returns: The mean loss over the tokens of the batch before it, in nats.
  /// - Throws: `DataError` when the loss is no longer finite; the parameters are then those before.
  func update() throws(DataError) -> Double {
    batch.removeAll()
    for index in batches.next() {
      if index < trained.count {
        batch.append(corpus[Int(trained[index])])
      } else {
        batch.append(drawn[index - trained.count])
      }
    }
    batch.plant(for: model.config)
    let context = StepContext(
      step: step, seed: plan.seed.bits, rate: plan.learningRate(at: step),
      regularization: plan.regularization)
    let (loss, gradient) = model.gradient(batch, context)
    try check(loss)
    // With a gradient of zero, what is left out of the model stays zero.
    gradient.clear(frozen)
    optimizer.step(model, gradient, context)
    step += 1
    return loss
  }

  /// Refuses a state that is worth nothing: with numbers, or with a loss, that are not finite.
  ///
  /// The loss is that of the last batch, after its update.
  ///
  /// - Throws: `DataError` with the step.
  func check() throws(DataError) {
    if batch.count > 0 { try check(model.loss(batch)) }
    let isFinite =
      model.parameters.withFloats { $0.allSatisfy(\.isFinite) }
      && optimizer.state.allSatisfy(\.isFinite)
    guard isFinite else {
      throw DataError("a weight is not finite at step \(step); try a lower --learning-rate")
    }
  }

  private func check(_ loss: Double) throws(DataError) {
    if loss.isFinite { return }
    let what = loss.isNaN ? "NaN" : "infinite"
    throw DataError("the loss is \(what) at step \(step); try a lower --learning-rate")
  }

  /// The mean loss over all tokens of the items held out, in nats, or `nil` where there are none.
  func holdoutLoss() -> Double? {
    if heldOut.isEmpty { return nil }
    var items = PrefixForest()
    for index in heldOut { items.append(corpus[index]) }
    items.plant(for: model.config)
    return model.loss(items)
  }

  /// Writes the model as it is now.
  ///
  /// - Throws: `DataError` when a write fails.
  func writeModel(to output: OutputFile, as form: ModelForm) throws(DataError) {
    try gpt.write(to: output, as: form)
  }

  /// Writes the model and all that a resumed run needs.
  ///
  /// - Throws: `DataError` when a write fails.
  func writeCheckpoint(to output: OutputFile) throws(DataError) {
    let record = CheckpointRecord(
      plan: plan, step: step, items: corpus.count, fingerprint: corpus.fingerprint)
    try gpt.write(
      to: output, as: .binary,
      adding: optimizer.state.map { ($0.prefix, $0.values, $0.tensors) },
      metadata: ["mm.training": record.json])
  }

  private var gpt: GPT { GPT(vocabulary: corpus.vocabulary, parameters: model.parameters) }
}

extension TrainingRun.Origin {
  /// The shape of the model.
  var config: GPTConfig {
    switch self {
    case .drawn(let config): config
    case .weights(let parameters): parameters.config
    case .checkpoint(let checkpoint): checkpoint.gpt.parameters.config
    }
  }

  /// The first parameters, unless they are drawn.
  var parameters: GPTTensors? {
    switch self {
    case .drawn: nil
    case .weights(let parameters): parameters
    case .checkpoint(let checkpoint): checkpoint.gpt.parameters
    }
  }
}
