/// A run of training: its data, its model, and how far it has come.
///
/// Everything that follows from the seed is drawn in one order, whatever the options: the split of
/// the items, then the first parameters, then the batches. A run that goes on from a checkpoint
/// draws the same again and passes over the batches that were done.
public final class TrainingRun {
  /// What is done.
  public let plan: TrainingPlan

  /// The model.
  public let model: GPTEngine

  /// The number of updates made.
  public private(set) var step = 0

  private let corpus: Corpus
  private let optimizer: any Optimizer
  private let frozen: [Range<Int>]
  private let trained: ArraySlice<Int>
  private let heldOut: ArraySlice<Int>
  private var batches: Batches
  private var batch = PrefixForest()

  /// Begins a run, or goes on with one.
  ///
  /// - Parameters:
  ///   - plan: What is to be done.
  ///   - corpus: The items, those to be held out among them.
  ///   - config: The shape of the model.
  ///   - start: Parameters to start from, instead of drawn ones.
  ///   - checkpoint: What to go on from.
  ///   - pool: The threads that compute.
  /// - Throws: `DataError` when the items do not do for the plan, or the checkpoint is damaged.
  public init(
    _ plan: TrainingPlan, corpus: Corpus, config: GPTConfig, start: GPTTensors? = nil,
    checkpoint: ModelFile? = nil, pool: ThreadPool
  ) throws(DataError) {
    if let checkpoint {
      let progress = try CheckpointRecord(checkpoint)
      guard progress.items == corpus.count, progress.fingerprint == corpus.fingerprint else {
        throw checkpoint.error("the run began with other data")
      }
    }
    guard !corpus.isEmpty else { throw DataError("no items to train on") }
    guard plan.holdout < corpus.count else {
      throw DataError(
        "--holdout \(plan.holdout) leaves nothing to train on of \(corpus.count) items")
    }
    try TrainingMemory.check(config, plan, corpus, threads: pool.threads)
    self.plan = plan
    self.corpus = corpus

    var generator = TorchGenerator(seed: plan.seed)
    let order = generator.randperm(corpus.count)
    trained = order.dropLast(plan.holdout)
    heldOut = order.suffix(plan.holdout)
    let parameters = GPTTensors(config)
    parameters.initialize(from: &generator)
    switch plan.recipe {
    case .default:
      batches = Batches(size: plan.batchSize, of: trained.count, seed: plan.seed)
    case .makemore:
      // PyTorch's loader draws a seed for its workers, then its sampler one of its own.
      _ = generator.randomInt64()
      let sampler = TorchGenerator(seed: UInt64(generator.randomInt64()))
      batches = Batches(size: plan.batchSize, of: trained.count, sampler: sampler)
    }
    if let start { parameters.copy(from: start) }
    frozen = plan.without.flatMap { $0.ranges(in: parameters) }
    parameters.clear(frozen)

    model = GPTEngine(parameters, pool: pool)
    optimizer = AdamWOptimizer(config, weightDecay: plan.weightDecay, decays: plan.decays)
    if let checkpoint {
      try parameters.read(from: checkpoint, prefix: "")
      for (name, values) in optimizer.state {
        try values.read(from: checkpoint, prefix: Self.prefix(name))
      }
      step = try CheckpointRecord(checkpoint).step
      for _ in 0..<step { _ = batches.next() }
    }
  }

  /// Whether all updates are made.
  public var isDone: Bool { step >= plan.steps }

  /// Makes one update.
  ///
  /// - Returns: The mean loss over the tokens of the batch before it, in nats.
  /// - Throws: `DataError` when the loss is no number any more; the parameters are then those
  ///   before.
  public func update() throws(DataError) -> Double {
    batch.removeAll()
    for index in batches.next() { batch.append(corpus[trained[index]]) }
    batch.plant(for: model.config)
    let (loss, gradient) = model.gradient(batch)
    try check(loss)
    // With a gradient of zero, what is left out of the model stays zero.
    gradient.clear(frozen)
    optimizer.step(
      model, gradient, StepContext(step: step, seed: plan.seed, rate: plan.learningRate(at: step)))
    step += 1
    return loss
  }

  /// Refuses a state that is worth nothing: with numbers, or with a loss, that are not finite.
  ///
  /// The loss is that of the last batch, after its update.
  ///
  /// - Throws: `DataError` with the step.
  public func check() throws(DataError) {
    if batch.count > 0 { try check(model.loss(batch)) }
    let state = [model.parameters] + optimizer.state.map(\.values)
    guard state.allSatisfy({ $0.withFloats { $0.allSatisfy(\.isFinite) } }) else {
      throw DataError("a weight is not finite at step \(step); try a lower --learning-rate")
    }
  }

  private func check(_ loss: Double) throws(DataError) {
    if loss.isFinite { return }
    let what = loss.isNaN ? "no number" : "infinite"
    throw DataError("the loss is \(what) at step \(step); try a lower --learning-rate")
  }

  /// The mean loss over all tokens of the items held out, in nats, or `nil` where there are none.
  public func holdoutLoss() -> Double? {
    if heldOut.isEmpty { return nil }
    var items = PrefixForest()
    for index in heldOut { items.append(corpus[index]) }
    items.plant(for: model.config)
    return model.loss(items)
  }

  /// The model as it is now.
  public var result: ModelFile {
    GPT(vocabulary: corpus.vocabulary, parameters: model.parameters).model
  }

  /// What the tensors of an optimizer's state begin with.
  private static func prefix(_ state: String) -> String { "optimizer.\(state)." }

  /// The model and all that a resumed run needs.
  public var checkpoint: ModelFile {
    var model = result
    for (name, values) in optimizer.state {
      model.tensors += values.modelTensors(prefix: Self.prefix(name))
    }
    let progress = CheckpointRecord(
      plan: plan, step: step, items: corpus.count, fingerprint: corpus.fingerprint)
    model.metadata["mm.training"] = progress.json
    return model
  }
}
