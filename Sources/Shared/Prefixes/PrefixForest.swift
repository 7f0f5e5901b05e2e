// Prefixes: items as trees in which each prefix is there once, so that it is computed once. They know
// tokens and blocks, not what is computed from them: kernels get the lists of a tree as pointers, a
// model the places of its losses. No threads, no weights, no text.

/// Items that are computed together, as windows cut into trees of about equal size.
///
///     var forest = PrefixForest()
///     for item in batch { forest.append(item) }
///     forest.plant(blockSize: 16, treeSize: 112)
///     for index in 0..<forest.count { forest.build(index, into: &tree) }
///
/// Windows are sorted by their tokens, so that those that begin alike are neighbours; a tree takes a
/// run of them, and has each prefix once. Trees share nothing: a prefix at a cut is computed on both
/// sides, which for batches of 256 names is 2.6 nodes a cut.
///
/// **Long items.** A model sees a block of at most T inputs. An item with more is read in windows of
/// T inputs that begin every H = max(1, T / 2) inputs: window w holds the inputs w H ..< w H + T that
/// exist, and counts positions from 0. A target is scored in the first window that holds its input.
/// So window 0 scores all of its T targets, and each later window only those of its inputs
/// T - H ..< T; the ones before serve as context. Generation that drops the H oldest tokens whenever
/// the block is full sees the same contexts.
public struct PrefixForest: Sendable {
  /// A run of inputs of one item, and the target after the last.
  struct Window: Sendable {
    /// Where the inputs begin among the tokens of all items.
    var start: Int

    /// How many inputs there are.
    var inputs: Int

    /// The first input whose target is scored.
    var firstScored: Int

    /// Where that target is among those of all items.
    var place: Int

    /// How many inputs it shares with the window before it.
    var shared = 0
  }

  /// The tokens of all items, each opened and closed by the boundary.
  private var sequences: [Int32] = []

  /// Where the targets of each item begin among those of all items; one more than there are items.
  private var itemStarts = [0]

  private var windows: [Window] = []

  /// Where the windows of each tree begin; one more than there are trees.
  private var cuts = [0]

  /// How many lanes the trees are dealt to.
  ///
  /// The trees of a lane are computed one after the other, lanes at the same time. The number of
  /// lanes follows from the items alone, so that sums over the trees of a lane, and then over lanes,
  /// are the same whatever the number of threads. Each lane costs a gradient of its own, so there are
  /// two where there are several trees, four beyond 16 trees, and eight beyond 64.
  private(set) var laneCount = 1

  /// A forest of no items.
  init() {}

  /// How many trees there are.
  var count: Int { cuts.count - 1 }

  /// How many items there are.
  var itemCount: Int { itemStarts.count - 1 }

  /// How many tokens are scored: those of the items, and a closing boundary for each.
  var tokenCount: Int { itemStarts[itemStarts.count - 1] }

  /// Where the scored tokens of an item are among those of all items.
  func range(ofItem item: Int) -> Range<Int> { itemStarts[item]..<itemStarts[item + 1] }

  /// The scored tokens of an item: its own, and the closing boundary.
  func targets(ofItem item: Int) -> ArraySlice<Int32> {
    // Each item before this one has one token more than targets.
    let range = range(ofItem: item)
    return sequences[range.lowerBound + item + 1..<range.upperBound + item + 1]
  }

  /// Removes all items.
  mutating func removeAll() {
    sequences.removeAll(keepingCapacity: true)
    itemStarts.removeAll(keepingCapacity: true)
    itemStarts.append(0)
    windows.removeAll(keepingCapacity: true)
    cuts.removeAll(keepingCapacity: true)
    cuts.append(0)
    laneCount = 1
  }

  /// Adds an item; the next `plant` puts it into a tree.
  ///
  /// - Parameter item: Tokens without boundaries; none is 0.
  mutating func append(_ item: some Collection<Int32>) {
    sequences.append(0)
    sequences.append(contentsOf: item)
    sequences.append(0)
    itemStarts.append(tokenCount + item.count + 1)
  }

  /// Arranges all items in trees.
  ///
  /// - Parameters:
  ///   - blockSize: T, how many inputs a window holds.
  ///   - treeSize: About how many nodes a tree has at most; it has at least one window.
  ///   - sharing: Whether equal prefixes of a tree are one node. Without, each window is a chain.
  /// - Precondition: `blockSize` and `treeSize` are at least 1.
  /// - Complexity: O(n log n) comparisons of windows for n items.
  mutating func plant(blockSize: Int, treeSize: Int, sharing: Bool = true) {
    precondition(blockSize >= 1, "a block holds at least one token")
    precondition(treeSize >= 1, "a tree holds at least one node")
    windows.removeAll(keepingCapacity: true)
    for item in 0..<itemCount { cutItem(item, blockSize: blockSize) }
    if sharing {
      sortWindows()
      findShared()
    }
    cutTrees(treeSize: treeSize)
  }

  /// Builds one of the trees.
  ///
  /// - Parameter tree: Replaced.
  func build(_ index: Int, into tree: inout PrefixTree) {
    tree.rebuild(windows[cuts[index]..<cuts[index + 1]], of: sequences)
  }

  /// The trees of a lane.
  func trees(ofLane lane: Int) -> Range<Int> {
    lane * count / laneCount..<(lane + 1) * count / laneCount
  }

  /// Calls `body` with the place, among those of all items, of each scored token of a tree, in the
  /// order of the tree's `scored`.
  func forEachPlace(ofTree index: Int, _ body: (Int) -> Void) {
    for window in windows[cuts[index]..<cuts[index + 1]] {
      for offset in 0..<window.inputs - window.firstScored { body(window.place + offset) }
    }
  }
}

extension PrefixForest {
  /// Cuts an item into windows.
  private mutating func cutItem(_ item: Int, blockSize: Int) {
    let range = range(ofItem: item)
    let (start, inputs) = (range.lowerBound + item, range.count)
    let hop = max(1, blockSize / 2)
    windows.append(
      Window(
        start: start, inputs: min(inputs, blockSize), firstScored: 0, place: range.lowerBound))
    var done = blockSize
    var offset = hop
    while done < inputs {
      windows.append(
        Window(
          start: start + offset, inputs: min(inputs - offset, blockSize),
          firstScored: done - offset, place: range.lowerBound + done))
      done += hop
      offset += hop
    }
  }

  /// Sorts windows by their inputs and their last target, the shorter first.
  private mutating func sortWindows() {
    sequences.withUnsafeBufferPointer { sequences in
      windows.sort { a, b in
        let common = min(a.inputs, b.inputs) &+ 1
        for i in 0..<common {
          let x = sequences[a.start &+ i]
          let y = sequences[b.start &+ i]
          if x != y { return x < y }
        }
        return a.inputs < b.inputs
      }
    }
  }

  /// Counts the inputs that each window shares with the one before it.
  private mutating func findShared() {
    for index in windows.indices.dropFirst() {
      let (previous, window) = (windows[index - 1], windows[index])
      let most = min(previous.inputs, window.inputs)
      var common = 0
      while common < most,
        sequences[previous.start + common] == sequences[window.start + common]
      { common += 1 }
      windows[index].shared = common
    }
  }

  /// The most lanes that there are.
  static let maximumLaneCount = 8

  /// How many lanes a number of trees is dealt to.
  static func laneCount(trees: Int) -> Int {
    trees <= 1 ? 1 : trees <= 16 ? 2 : trees <= 64 ? 4 : maximumLaneCount
  }

  /// Cuts the windows into trees of about equal size, the same number of trees in each lane.
  private mutating func cutTrees(treeSize: Int) {
    let nodes = windows.reduce(0) { $0 + $1.inputs - $1.shared }
    let wanted = nodes / treeSize + (nodes % treeSize == 0 ? 0 : 1)
    let lanes = Self.laneCount(trees: wanted)
    let trees = (wanted + lanes - 1) / lanes * lanes
    cuts.removeAll(keepingCapacity: true)
    cuts.append(0)
    var before = 0
    for (index, window) in windows.enumerated() where cuts.count < trees {
      let new = window.inputs - window.shared
      // The cut is before this window where that is nearer to the wanted place than after it.
      if index > 0, (2 * before + new) * trees >= 2 * nodes * cuts.count { cuts.append(index) }
      before += new
    }
    if !windows.isEmpty { cuts.append(windows.count) }
    laneCount = max(1, min(lanes, count))
  }
}
