/// Items that a GPT-2 reads together, as a tree that grows: a node's keys and values stay for those after
/// it to attend to.
///
/// An item that fills the block of T tokens continues in the next window: the older T / 2 are dropped
/// and the rest is read again, from position 0. So a token has the same probability as when scored.
struct GPTWave: ItemWave {
  private let model: GPTEngine
  private var tree = PrefixTree()
  private var children = Children()

  /// The inputs of each item's window, how many of them are in the tree, and the node of the last of
  /// those; -1 before the first.
  private var windows: [[Int32]] = []
  private var counts: [Int] = []
  private var nodes: [Int32] = []

  /// As many as have activations that fit into 512 MB, and into memory, with no two items alike.
  let maximumCount: Int

  /// Prepares to read items.
  ///
  /// - Throws: `DataError` when there is no memory for a single one.
  init(_ model: GPTEngine) throws(DataError) {
    self.model = model
    let T = model.config.blockSize
    let floats = GPTActivations.floats(
      model.config, GPTActivations.Size(nodes: T, longest: T, targets: 0, purpose: .generating))
    // An eighth more is reserved, and the tree and the distributions take less than another.
    let bytes = 5 * (floats + 2 * model.config.vocabSize)
    var count = max(1, (1 << 27) / floats)
    while !Memory.has(count * bytes) {
      if count == 1 {
        throw DataError("out of memory: to draw an item takes \(ByteCount.text(Double(bytes)))")
      }
      count /= 2
    }
    maximumCount = count
  }

  mutating func begin(_ count: Int, prompt: [Int32]) {
    let T = model.config.blockSize
    model.prepareToGrow(nodes: count * T, longest: T)
    windows = Array(repeating: Self.window([0] + prompt, blockSize: T), count: count)
    counts = Array(repeating: 0, count: count)
    nodes = Array(repeating: -1, count: count)
    tree.removeAll()
    children.removeAll()
    extend(windows.indices)
  }

  mutating func read(_ readings: [Reading]) {
    guard let first = readings.first else { return }
    for reading in readings { windows[reading.item].append(reading.token) }
    let T = model.config.blockSize
    if windows[first.item].count > T {
      // Items grow in step, so the block of all of them is full.
      tree.removeAll()
      children.removeAll()
      for reading in readings {
        windows[reading.item] = Self.window(windows[reading.item], blockSize: T)
        counts[reading.item] = 0
        nodes[reading.item] = -1
      }
    }
    extend(readings.filter { !$0.isKnown }.map(\.item))
  }

  func node(ofItem item: Int) -> Int { Int(nodes[item]) }

  func logits(ofNode node: Int) -> [Double] { model.logits(ofNode: node).map(Double.init) }

  func probs(ofNode node: Int) -> [Double] {
    SamplingChoice().probs(logits(ofNode: node)).map(Double.init)
  }

  func failure(after tokens: [Int32]) -> DataError { .noNumbers }

  /// Computes what is not computed yet of the windows of items.
  private mutating func extend(_ items: some Collection<Int>) {
    let first = tree.count
    for item in items {
      for token in windows[item][counts[item]...] {
        let parent = nodes[item]
        nodes[item] = children.node(after: parent, token) { tree.append(token, after: parent) }
      }
      counts[item] = windows[item].count
    }
    if tree.count > first { model.extend(tree, from: first) }
  }

  /// Drops the older half of a window as often as it has more inputs than the block holds.
  private static func window(_ inputs: [Int32], blockSize: Int) -> [Int32] {
    let hop = max(1, blockSize / 2)
    var window = inputs[...]
    while window.count > blockSize { window = window.dropFirst(hop) }
    return Array(window)
  }
}
