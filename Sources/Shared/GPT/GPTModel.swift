/// A GPT-2: its loss on a tree of items, and the gradient of that loss.
///
/// Token and position embeddings, pre-norm layers of causal multi-head attention and an MLP of four
/// times the width with GELU, a last layer norm and a head without bias (Radford et al. 2019,
/// section 2.3; `GPT2LMHeadModel` of Hugging Face). One call at a time: the model owns the memory
/// of its passes, which grows to the largest tree seen and is used again.
public final class GPTModel {
  /// The shape.
  public let config: GPTConfig

  /// The parameters, which whoever trains the model changes.
  public let parameters: GPTParameters

  /// The threads that compute.
  public let pool: ThreadPool

  private let places: GPTPlaces
  private let packed: GPTPacked
  private let packJobs: [(weight: Int, panel: Int)]
  private let gradientJobs: [[GPTGradientJob]]
  private var activations: GPTActivations

  /// Makes a model around parameters.
  public init(_ parameters: GPTParameters, pool: ThreadPool) {
    self.parameters = parameters
    self.pool = pool
    config = parameters.config
    places = GPTPlaces(parameters)
    packed = GPTPacked(config, places)
    packJobs = packed.weights.indices.flatMap { [packed] weight in
      (0..<packed.weights[weight].panels).map { (weight, $0) }
    }
    gradientJobs = GPTGradientJob.all(config)
    activations = GPTActivations(config)
  }

  /// Computes the mean loss over all scored tokens, in nats, and its gradient if wanted.
  ///
  /// - Parameters:
  ///   - tree: The items.
  ///   - gradients: Overwritten with the gradient of the mean loss, or nil.
  /// - Returns: The mean; NaN where there are no tokens.
  /// - Precondition: Tokens are below `vocabSize`, the tree was built for a block size of at most
  ///   the model's, and the gradients have the model's shape.
  public func loss(_ tree: PrefixTree, gradients: GPTParameters? = nil) -> Double {
    guard tree.tokenCount > 0 else { return .nan }
    precondition(
      gradients.map { $0.config == config } ?? true, "gradients have the shape of the model")
    run(gradients == nil ? .losses : .gradients, tree, gradients: gradients)
    // One order, whatever the threads: node after node.
    var sum = 0.0
    for (target, count) in tree.targetCounts.enumerated() {
      sum += Double(count) * Double(activations.top.nll[target])
    }
    return sum / Double(tree.tokenCount)
  }

  /// Computes the loss of each scored token, in nats: item after item, as `tree.itemStarts` tells.
  ///
  /// - Precondition: As for `loss`.
  public func tokenLosses(_ tree: PrefixTree) -> [Float] {
    guard tree.tokenCount > 0 else { return [] }
    run(.losses, tree)
    return tree.scored.map { activations.top.nll[Int($0)] }
  }

  /// Computes the summed loss of each item, in nats.
  ///
  /// - Precondition: As for `loss`.
  public func itemLosses(_ tree: PrefixTree) -> [Double] {
    guard tree.tokenCount > 0 else { return [] }
    run(.losses, tree)
    return (0..<tree.itemCount).map { item in
      var sum = 0.0
      for target in tree.scored[tree.itemStarts[item]..<tree.itemStarts[item + 1]] {
        sum += Double(activations.top.nll[Int(target)])
      }
      return sum
    }
  }

  /// Computes the logits of each node, (nodes, V), row-major.
  ///
  /// - Precondition: As for `loss`.
  public func logits(_ tree: PrefixTree) -> [Float] {
    guard tree.tokenCount > 0 else { return [] }
    run(.logits, tree)
    let logits = activations.top.logits
    return [Float](unsafeUninitializedCapacity: tree.count * config.vocabSize) { buffer, count in
      count = tree.count * config.vocabSize
      guard let start = buffer.baseAddress else { return }
      for row in 0..<tree.count {
        (start + row * config.vocabSize).initialize(
          from: logits.row(row), count: config.vocabSize)
      }
    }
  }

  /// Makes room for trees that grow, and packs the weights for them.
  ///
  /// - Parameters:
  ///   - nodes: How many nodes such a tree may come to have.
  ///   - pairs: How long all their paths together may be.
  func prepareToGrow(nodes: Int, pairs: Int) {
    activations.reserve(
      GPTActivations.Size(nodes: nodes, pairs: pairs, targets: 0, purpose: .generating))
    pool.run(packJobs.count) { packed.weights[packJobs[$0].weight].pack(packJobs[$0].panel) }
  }

  /// Computes the logits of the last nodes of a tree that grows; those before were computed.
  ///
  /// - Parameters:
  ///   - first: The first of the nodes to compute.
  /// - Precondition: There is room, and the parameters are those that were packed.
  func extend(_ tree: PrefixTree, from first: Int) {
    precondition(
      activations.size.holds(
        .init(nodes: tree.count, pairs: tree.paths.count, targets: 0, purpose: .generating)),
      "a tree grows into the room that was made for it")
    tree.withNodes { nodes in
      let pass = GPTPass(
        .logits, config: config, tree: nodes, tokens: 1, places: places, packed: packed,
        activations: activations)
      let blocks = RowBlocks(rows: nodes.count - first, threads: pool.threads)
      func rows(_ block: Int) -> Range<Int> {
        blocks[block].lowerBound + first..<blocks[block].upperBound + first
      }
      pool.run(blocks.count) { pass.embed(rows($0)) }
      for layer in 0..<config.nLayer { pool.run(blocks.count) { pass.layer(layer, rows($0)) } }
    }
  }

  /// The logits of a node that `extend` computed, V of them.
  func logits(ofNode node: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: activations.top.logits.row(node), count: config.vocabSize)
  }

  /// Runs the steps of a pass, block after block of rows, on all threads.
  private func run(
    _ result: GPTPass.Result, _ tree: PrefixTree, gradients: GPTParameters? = nil
  ) {
    activations.reserve(
      GPTActivations.Size(
        nodes: tree.count, pairs: tree.paths.count, targets: tree.targets.count,
        purpose: result == .gradients ? .training : .scoring))
    tree.withNodes { nodes in
      let pass = GPTPass(
        result, config: config, tree: nodes, tokens: tree.tokenCount, places: places,
        packed: packed, activations: activations)
      for node in 0..<nodes.count {
        precondition(
          nodes.tokens[node] < config.vocabSize && nodes.positions[node] < config.blockSize,
          "a tree fits the model's vocabulary and block")
      }
      pool.run(packJobs.count) { packed.weights[packJobs[$0].weight].pack(packJobs[$0].panel) }
      let blocks = RowBlocks(rows: nodes.count, threads: pool.threads)
      pool.run(blocks.count) { pass.embed(blocks[$0]) }
      for layer in 0..<config.nLayer {
        pool.run(blocks.count) { pass.layer(layer, blocks[$0]) }
      }
      guard let gradients else { return }
      let places = GPTPlaces(gradients)
      // Along with a layer go the sums over all rows of the layer above it, which are many and
      // small: they fill the time in which a thread would wait for the last block.
      for layer in (0..<config.nLayer).reversed() {
        let jobs = layer + 1 < config.nLayer ? gradientJobs[layer + 1] : []
        pool.run(blocks.count + jobs.count) {
          if $0 < blocks.count {
            pass.backward(layer, blocks[$0])
          } else {
            jobs[$0 - blocks.count].run(pass, places)
          }
        }
      }
      let jobs = gradientJobs[0]
      pool.run(jobs.count) { jobs[$0].run(pass, places) }
    }
  }
}

/// Rows cut into blocks of whole tiles, about as many for each thread.
///
/// A row's results do not depend on the block that it is in.
struct RowBlocks {
  private let rows: Int
  private let size: Int

  /// How many blocks there are.
  let count: Int

  init(rows: Int, threads: Int) {
    // Larger blocks leave the nearest cache, smaller ones read the weights more often.
    let most = 5
    let tiles = (rows + MatrixProduct.tileRows - 1) / MatrixProduct.tileRows
    let rounds = max(1, (tiles + threads * most - 1) / (threads * most))
    size = max(1, (tiles + threads * rounds - 1) / (threads * rounds)) * MatrixProduct.tileRows
    count = (rows + size - 1) / size
    self.rows = rows
  }

  /// The rows of a block.
  subscript(block: Int) -> Range<Int> {
    block * size..<min(rows, (block + 1) * size)
  }
}
