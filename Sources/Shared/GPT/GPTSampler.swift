// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Draws items from a GPT-2, many at once.
///
/// Item i depends on the model, the seed and i alone: it is drawn from a random stream of its own.
/// A wave of items grows in step, as a tree: items that have begun alike share their nodes, and
/// each node's keys and values stay for those after it to attend to.
///
/// An item that fills the block of T tokens continues in the next window: the older T / 2 are dropped
/// and the rest is read again, from position 0. So a token has the same probability as when scored.
///
/// No item is empty: a boundary that is drawn first is drawn again.
struct GPTSampler: ItemSampler {
  private let model: GPTEngine
  private let seed: UInt64
  private let choice: SamplingChoice
  private let prompt: [Int32]
  private let maxLength: Int
  private var tree = PrefixTree()

  /// An item that is being drawn.
  private struct Item {
    /// Its tokens so far, without boundaries.
    var tokens: [Int32]

    /// The inputs of its window, of which those before `node`'s are in the tree.
    var window: [Int32]

    /// The node of the last input that is in the tree; -1 before the first.
    var node: Int32 = -1

    var random: CounterGenerator
    var isDone = false
  }

  /// How many items were drawn.
  private var drawn = 0

  /// Prepares to draw items.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  init(_ gpt: GPT, _ request: SamplingRequest) throws(DataError) {
    let engine = GPTEngine(gpt.parameters, pool: ThreadPool(threads: request.threads))
    try self.init(engine, gpt.vocabulary, request)
  }

  /// Prepares to draw items from a model that computes already; the request's threads do not matter.
  ///
  /// - Throws: `DataError` when the model does not know a character of the prompt.
  init(
    _ engine: GPTEngine, _ vocabulary: Vocabulary, _ request: SamplingRequest
  ) throws(DataError) {
    model = engine
    seed = request.seed
    choice = request.choice
    prompt = try vocabulary.tokens(of: request.prompt).map(Int32.init)
    maxLength = request.maxLength
  }

  /// The most items that are worth drawing at once, after some that were drawn.
  ///
  /// Few at first, so that the first are there at once; then up to 2048, if their activations would
  /// fit into 512 MB with no two items alike.
  func waveSize(after drawn: Int) -> Int {
    let T = model.config.blockSize
    let perItem = GPTActivations.floats(
      model.config,
      GPTActivations.Size(nodes: T, longest: T, targets: 0, purpose: .generating))
    return max(1, min(2048, 32 + 4 * drawn, (1 << 27) / perItem))
  }

  /// Draws a range of the items.
  ///
  /// - Returns: The tokens of each, without boundaries.
  /// - Throws: `DataError` when the model's logits are NaN or infinite.
  mutating func items(_ range: Range<Int>) throws(DataError) -> [[Int32]] {
    let T = model.config.blockSize
    model.prepareToGrow(nodes: range.count * T, longest: T)
    var items = range.map { index in
      Item(
        tokens: prompt, window: [0] + prompt,
        random: CounterGenerator(seed: seed, index: UInt64(index)))
    }
    for index in items.indices {
      items[index].isDone = prompt.count >= maxLength
      Self.dropOld(of: &items[index].window, blockSize: T)
    }
    while items.contains(where: { !$0.isDone }) {
      tree.removeAll()
      for index in items.indices { items[index].node = -1 }
      try drawWindow(&items)
    }
    return items.map(\.tokens)
  }

  /// Draws a wave of items.
  ///
  /// - Throws: `DataError` when the model's logits are NaN or infinite, and what `body` throws.
  mutating func draw(
    atMost limit: Int, _ body: ([Int32]) throws(DataError) -> Void
  ) throws(DataError) {
    let wave = min(waveSize(after: drawn), limit)
    for item in try items(drawn..<drawn + wave) { try body(item) }
    drawn += wave
  }

  /// Draws until every item is done or has filled its block.
  private mutating func drawWindow(_ items: inout [Item]) throws(DataError) {
    // The items that have inputs to be read.
    var active = items.indices.filter { !items[$0].isDone }
    while !active.isEmpty {
      let first = tree.count
      var children: [UInt64: Int32] = [:]
      for index in active {
        // All known inputs are read at once: a prompt, or the rest of a window.
        let read = items[index].node < 0 ? 0 : items[index].window.count - 1
        for token in items[index].window[read...] {
          let parent = items[index].node
          let key = UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(UInt32(bitPattern: token))
          if let child = children[key] {
            items[index].node = child
          } else {
            items[index].node = tree.append(token, after: parent)
            children[key] = items[index].node
          }
        }
      }
      model.extend(tree, from: first)
      let sums = cumulativeProbs(from: first, of: active.map { items[$0].node })
      // Items that are empty so far have all read the same.
      let start = try active.first { items[$0].tokens.isEmpty }.map { (index) throws(DataError) in
        try sumsWithoutBoundary(ofNode: Int(items[index].node))
      }
      var unfinished: [Int] = []
      for index in active {
        let sums = sums[Int(items[index].node) - first]
        guard sums.last?.isFinite == true else { throw GPT.noNumbers }
        if draw(&items[index], sums, start: start) { unfinished.append(index) }
      }
      active = unfinished
    }
  }

  /// The sums of probabilities up to each token, for the wanted nodes among those from `first` on;
  /// empty for the others.
  private func cumulativeProbs(
    from first: Int, of nodes: [Int32]
  ) -> [[Double]] {
    var isWanted = [Bool](repeating: false, count: tree.count - first)
    for node in nodes { isWanted[Int(node) - first] = true }
    var sums = [[Double]](repeating: [], count: isWanted.count)
    let size = 64
    sums.withUnsafeMutableBufferPointer { sums in
      // Proof of safety: each piece writes the elements of its own nodes, and reads logits.
      nonisolated(unsafe) let (sums, model) = (sums, model)
      model.pool.run((sums.count + size - 1) / size) { [choice, isWanted] piece in
        for index in piece * size..<min(sums.count, (piece + 1) * size) where isWanted[index] {
          sums[index] = Self.cumulative(
            choice.probs(model.logits(ofNode: first + index).map(Double.init)))
        }
      }
    }
    return sums
  }

  /// The sums of the probabilities at an item's start, where the boundary is left out before
  /// temperature and top-k.
  private func sumsWithoutBoundary(ofNode node: Int) throws(DataError) -> [Double] {
    var logits = model.logits(ofNode: node).map(Double.init)
    guard logits.count > 1 else {
      throw DataError("the model has no token but the boundary, and no item is empty")
    }
    logits[0] = -.infinity
    return Self.cumulative(choice.probs(logits))
  }

  private static func cumulative(_ probs: [Float]) -> [Double] {
    var sum = 0.0
    return probs.map { prob in
      sum += Double(prob)
      return sum
    }
  }

  /// Draws the next token of an item.
  ///
  /// - Parameter start: The sums without the boundary, for an item that is empty so far.
  /// - Returns: Whether its window has another input to be read.
  private func draw(_ item: inout Item, _ sums: [Double], start: [Double]?) -> Bool {
    let token =
      if let start, item.tokens.isEmpty {
        Self.drawFirst(&item.random, choice.topK == nil ? sums : start, start)
      } else {
        Self.draw(&item.random, sums)
      }
    if token == 0 {
      item.isDone = true
      return false
    }
    item.tokens.append(Int32(token))
    item.isDone = item.tokens.count >= maxLength
    item.window.append(Int32(token))
    let isFull = item.window.count > model.config.blockSize
    Self.dropOld(of: &item.window, blockSize: model.config.blockSize)
    return !item.isDone && !isFull
  }

  /// Draws a token from sums of probabilities.
  private static func draw(_ random: inout CounterGenerator, _ sums: [Double]) -> Int {
    // The last sum is 1 up to rounding; what is beyond it belongs to the last token that can occur.
    let total = sums[sums.count - 1]
    let wanted = random.nextUniform() * total
    return sums.firstIndex { $0 > wanted } ?? sums.firstIndex { $0 == total } ?? 0
  }

  /// Draws a token until it is not the boundary; after 100 times, from sums without it.
  private static func drawFirst(
    _ random: inout CounterGenerator, _ sums: [Double], _ withoutBoundary: [Double]
  ) -> Int {
    for _ in 0..<100 {
      let token = draw(&random, sums)
      if token > 0 { return token }
    }
    return draw(&random, withoutBoundary)
  }

  /// Drops the older half of a window as often as it has more inputs than the block holds.
  static func dropOld(of window: inout [Int32], blockSize: Int) {
    let hop = max(1, blockSize / 2)
    while window.count > blockSize { window.removeFirst(hop) }
  }
}
