// GPT: from trees of prefixes to logits, losses and gradients, and from logits to samples and scores.
// It decides which kernel computes which rows on which thread. How gradients change weights, and what
// a run and a checkpoint are, is Training's; what a command line says is nobody's business here.

/// A GPT-2: its loss on a forest of items, and the gradient of that loss.
///
///     let engine = GPTEngine(parameters, pool: ThreadPool())
///     let (loss, gradient) = engine.gradient(forest)
///
/// Token and position embeddings, pre-norm layers of causal multi-head attention and an MLP of four
/// times the width with GELU, a last layer norm and a head without bias (Radford et al. 2019,
/// section 2.3; `GPT2LMHeadModel` of Hugging Face). `TreePass` is the list of its operations. One
/// call at a time: the engine owns the memory of its passes, which grows to the largest tree seen and
/// is used again.
final class GPTEngine {
  /// The shape.
  let config: GPTConfig

  /// The parameters, which are packed again before the next pass where they change from outside.
  let parameters: GPTTensors

  /// The threads that compute.
  let pool: ThreadPool

  /// The teacher whose share in the targets `Regularization.softTargets` is.
  var softTargets: SoftTargetRows? {
    willSet {
      precondition(
        newValue.map { $0.teacher.vocabSize == config.vocabSize } ?? true,
        "a teacher has the tokens of the model")
    }
  }

  private let places: TensorPointers
  private let packed: PackedWeights

  /// The state of the parameters that was packed.
  private var packedChanges: Int?

  private let gradientJobs: [[GradientJob]]

  /// The parameters in pieces for the threads.
  private let pieces: [ParameterSlice]

  /// One for each lane that may be under way.
  private var workspaces: [GPTWorkspace]

  /// The gradient of the first lane, for callers that bring none.
  private var firstGradient: GPTTensors?

  /// The sums of the gradients of each lane but the first.
  private var laneGradients: [GPTTensors] = []

  /// Makes a model around parameters.
  init(_ parameters: GPTTensors, pool: ThreadPool) {
    self.parameters = parameters
    self.pool = pool
    config = parameters.config
    places = TensorPointers(parameters)
    packed = PackedWeights(config, places)
    pieces = ParameterSlice.all(parameters, packed)
    gradientJobs = GradientJob.all(config)
    workspaces = [GPTWorkspace(config)]
  }

  /// Computes the mean loss over all scored tokens, in nats, and its gradient if wanted.
  ///
  /// - Parameters:
  ///   - forest: The items.
  ///   - gradients: Overwritten with the gradient of the mean loss, or nil.
  ///   - context: What training adds to it, as for `gradient`.
  /// - Returns: The mean; NaN where there are no tokens.
  /// - Precondition: Tokens are below `vocabSize`, the forest was planted for a block size of at
  ///   most the model's, and the gradients have the model's shape.
  func loss(
    _ forest: PrefixForest, gradients: GPTTensors? = nil, _ context: StepContext? = nil
  ) -> Double {
    let loss = lossInLanes(forest, gradients: gradients, context)
    if let gradients, forest.tokenCount > 0 { sumLanes(of: forest, to: gradients) }
    return loss
  }

  /// Computes the loss of each scored token, in nats: item after item, at the places of `forest.range`.
  ///
  /// Each is the same to the last bit whatever the other items are.
  ///
  /// - Precondition: As for `loss`.
  func tokenLosses(_ forest: PrefixForest) -> [Float] {
    var losses = [Float](repeating: 0, count: forest.tokenCount)
    losses.withUnsafeMutableBufferPointer { losses in
      // Proof of safety: a tree writes the places of its own tokens, and `run` its own workspace.
      nonisolated(unsafe) let (engine, losses) = (self, losses)
      forEachTree(of: forest) { index, _, workspace in
        engine.run(.losses, workspace, tokens: forest.tokenCount)
        let nll = workspace.activations.top.nll.start
        var scored = workspace.tree.scored.makeIterator()
        forest.forEachPlace(ofTree: index) { place in
          if let target = scored.next() { losses[place] = nll[Int(target)] }
        }
      }
    }
    return losses
  }

  /// Makes room for the trees that are scored at the same time.
  func prepareToScore() {
    let concurrent = min(pool.threads, PrefixForest.maximumLaneCount)
    while workspaces.count < concurrent { workspaces.append(GPTWorkspace(config)) }
    for workspace in workspaces { workspace.activations.reserve(scoringSize) }
  }

  /// What `prepareToScore` takes, in bytes.
  var scoringMemory: Int {
    var size = GPTActivations.Size()
    size.grow(scoringSize)
    return 4 * min(pool.threads, PrefixForest.maximumLaneCount)
      * GPTActivations.floats(config, size)
  }

  /// The size of a tree that is scored: it may be too large by a window.
  private var scoringSize: GPTActivations.Size {
    let nodes = config.treeSize + config.blockSize
    return GPTActivations.Size(
      nodes: nodes, longest: config.blockSize, targets: nodes, purpose: .scoring)
  }

  /// Makes room for trees that grow, and packs the weights for them.
  ///
  /// - Parameters:
  ///   - nodes: How many nodes such a tree may come to have.
  ///   - longest: How many nodes a path may come to have.
  func prepareToGrow(nodes: Int, longest: Int) {
    workspaces[0].activations.reserve(
      GPTActivations.Size(nodes: nodes, longest: longest, targets: 0, purpose: .generating))
    pack()
  }

  /// Computes the logits of the last nodes of a tree that grows; those before were computed.
  ///
  /// - Parameters:
  ///   - first: The first of the nodes to compute.
  /// - Precondition: There is room, and the parameters are those that were packed.
  func extend(_ tree: PrefixTree, from first: Int) {
    let activations = workspaces[0].activations
    precondition(
      activations.size.holds(
        .init(nodes: tree.count, longest: tree.longestPath, targets: 0, purpose: .generating)),
      "a tree grows into the room that was made for it")
    tree.withNodes { nodes in
      let pass = TreePass(
        .logits, config: config, tree: nodes, tokens: 1, places: places, packed: packed,
        activations: activations)
      pass.forward(first..<nodes.count, on: pool)
    }
  }

  /// The V logits of a node of the last tree.
  ///
  /// - Precondition: `extend` computed them.
  func logits(ofNode node: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(
      start: workspaces[0].activations.top.logits.row(node), count: config.vocabSize)
  }
}

extension GPTEngine {
  /// Computes the mean loss, and its gradient as a sum for each lane.
  ///
  /// - Parameter gradients: Overwritten with the sum of the first lane; `sumLanes` adds the others.
  /// - Returns: The mean; NaN where there are no tokens.
  private func lossInLanes(
    _ forest: PrefixForest, gradients: GPTTensors?, _ context: StepContext?
  ) -> Double {
    guard forest.tokenCount > 0 else { return .nan }
    precondition(
      gradients.map { $0.config == config } ?? true, "gradients have the shape of the model")
    if gradients != nil {
      while laneGradients.count < forest.laneCount - 1 {
        laneGradients.append(GPTTensors(config))
      }
    }
    var sums = [Double](repeating: 0, count: forest.count)
    sums.withUnsafeMutableBufferPointer { sums in
      // Proof of safety: a tree writes its own sum, its workspace and the gradient of its lane,
      // whose trees go one after the other.
      nonisolated(unsafe) let (engine, sums) = (self, sums)
      nonisolated(unsafe) let lanes = gradients.map { [$0] + laneGradients }
      forEachTree(of: forest) { index, lane, workspace in
        let isFirst = index == forest.trees(ofLane: lane).lowerBound
        engine.run(
          lanes == nil ? .losses : .gradients, workspace, tokens: forest.tokenCount,
          gradients: lanes?[lane], adding: !isFirst, context)
        sums[index] = workspace.loss
      }
    }
    // One order, whatever the threads: tree after tree.
    return sums.reduce(0, +) / Double(forest.tokenCount)
  }

  /// Adds the gradients of the other lanes to the first one's, lane after lane.
  private func sumLanes(of forest: PrefixForest, to sum: GPTTensors) {
    // Proof of safety: each piece writes its own range, and no other thread writes the lanes'.
    nonisolated(unsafe) let to = sum.start
    nonisolated(unsafe) let lanes = laneGradients.prefix(forest.laneCount - 1).map(\.start)
    pool.run(pieces.count) { [pieces] piece in
      for from in lanes {
        for i in pieces[piece].range { to[i] += from[i] }
      }
    }
  }

  /// Computes the mean loss, in nats, and the gradient of what a step of training makes smaller.
  ///
  /// The loss is the plain one of the pass, with the context's dropout. The gradient is that of the
  /// loss with its soft targets.
  ///
  /// - Returns: The mean, NaN where there are no tokens, and the gradient, which the next call
  ///   overwrites; where the loss is not finite it means nothing.
  /// - Precondition: As for `loss`; for soft targets there is a teacher.
  func gradient(
    _ forest: PrefixForest, _ context: StepContext? = nil
  ) -> (loss: Double, parts: GradientParts) {
    let first = firstGradient ?? GPTTensors(config)
    firstGradient = first
    let loss = lossInLanes(forest, gradients: first, context)
    return (
      loss, GradientParts(parts: [first] + laneGradients.prefix(max(1, forest.laneCount) - 1))
    )
  }

  /// Calls `change` once for each slice of the parameters, on any thread.
  ///
  /// A slice's weights are packed right after it, while it is in the nearest caches.
  ///
  /// - Parameter change: Gets the slice, and all parameters; it may change those of the slice.
  func forEachSlice(
    _ change: @Sendable (ParameterSlice, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    // Proof of safety: slices are disjoint, and what they are packed into is as well.
    nonisolated(unsafe) let packed = packed
    nonisolated(unsafe) let floats = UnsafeMutableBufferPointer(
      start: parameters.start, count: parameters.count)
    pool.run(pieces.count) { [pieces] in
      change(pieces[$0], floats)
      pieces[$0].pack(packed)
    }
  }

  /// Packs the weights, unless they are packed.
  private func pack() {
    if packedChanges == parameters.changes { return }
    forEachSlice { _, _ in }
    packedChanges = parameters.changes
  }

  /// Calls `body` for each tree of a forest: lanes at the same time, the trees of a lane one after the
  /// other.
  ///
  /// - Parameter body: Gets the tree's index, its lane, and the workspace that holds it.
  private func forEachTree(
    of forest: PrefixForest, _ body: @Sendable (Int, Int, GPTWorkspace) -> Void
  ) {
    pack()
    while workspaces.count < forest.laneCount { workspaces.append(GPTWorkspace(config)) }
    // Proof of safety: `withIdle` hands a workspace to one thread at a time.
    nonisolated(unsafe) let workspaces = workspaces
    pool.run(forest.laneCount) { lane in
      GPTWorkspace.withIdle(of: workspaces) { workspace in
        for index in forest.trees(ofLane: lane) {
          forest.build(index, into: &workspace.tree)
          body(index, lane, workspace)
        }
      }
    }
  }

  /// Runs a pass over the tree of a workspace, on all threads that have no lane of their own.
  ///
  /// - Parameters:
  ///   - tokens: How many tokens the loss is a mean of.
  ///   - gradients: What the gradients are written to.
  ///   - adding: Whether they are added to what is there.
  ///   - context: What training adds.
  private func run(
    _ result: TreePass.Result, _ workspace: GPTWorkspace, tokens: Int,
    gradients: GPTTensors? = nil, adding: Bool = false, _ context: StepContext? = nil
  ) {
    workspace.reserve(result == .gradients ? .training : .scoring)
    let training = context.map { TreePass.Training($0, softTargets, workspace) }
    workspace.tree.withNodes { nodes in
      let pass = TreePass(
        result, config: config, tree: nodes, tokens: tokens, places: places, packed: packed,
        activations: workspace.activations, training: training ?? TreePass.Training())
      for node in 0..<nodes.count {
        precondition(
          nodes.tokens[node] < config.vocabSize && nodes.positions[node] < config.blockSize,
          "a tree fits the model's vocabulary and block")
      }
      pass.forward(0..<nodes.count, on: pool)
      if let gradients {
        pass.backward(to: TensorPointers(gradients), adding: adding, gradientJobs, on: pool)
      }
    }
  }
}
