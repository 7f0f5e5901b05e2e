/// Windows of items as a tree: what several of them begin with is there once.
///
/// An item of tokens x_1 ... x_n is read as the sequence 0, x_1, ..., x_n, 0: the boundary opens and
/// closes it. Each of the first n + 1 tokens is an input, and the token after it is its target. A
/// node stands for an input together with all inputs before it in its window; it has a token, a
/// position (its depth), and the counts of the targets that follow it. A causal model's state at an
/// input depends on that prefix alone, so one row of activations serves every item that shares the
/// node, and the loss of a node is the sum over its targets of count times loss.
///
/// Nodes are in preorder: a parent comes before its children, and the descendants of a node are the
/// nodes that follow it, up to the end of its subtree. A window other than an item's first begins
/// with a character instead of the boundary, so it is a root of its own.
///
/// `PrefixForest.build` replaces one tree by the next in the same memory.
struct PrefixTree {
  /// How many nodes there are.
  private(set) var count = 0

  /// How many nodes the longest path has.
  private(set) var longestPath = 0

  /// For each scored token, window after window, the index among the targets where it is counted.
  private(set) var scored: [Int32] = []

  /// How many entries the paths of all nodes have.
  private var pathCount = 0

  private var room = Room(nodes: 0, paths: 0, targets: 0)
  private var slab = Buffer<Int32>(count: 0)

  // What building needs, kept so that the next tree of the size allocates nothing.
  private var open: [Int32] = []
  private var lastEvents: [Int32] = []
  private var events: [Event] = []
  private var eventPlaces: [Int32] = []

  /// Makes a tree of no windows.
  init() {}

  /// Calls `body` with the tree as pointers, which are valid until it returns.
  ///
  /// - Precondition: The tree has a node.
  func withNodes<Result>(_ body: (Nodes) throws -> Result) rethrows -> Result {
    precondition(count > 0, "an empty tree has no nodes")
    return try withExtendedLifetime(slab) { try body(nodes) }
  }

  private var nodes: Nodes { Nodes(slab.start, room, count: count) }

  /// Empties the tree.
  mutating func removeAll() {
    (count, longestPath, pathCount) = (0, 0, 0)
    scored.removeAll(keepingCapacity: true)
    lastEvents.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
  }
}

extension PrefixTree {
  /// Replaces the tree by that of windows.
  ///
  /// - Parameters:
  ///   - windows: Each says how many inputs it shares with the one before it.
  ///   - sequences: The tokens of all items, boundaries included.
  /// - Complexity: O(inputs + the lengths of the paths of leaves).
  mutating func rebuild(_ windows: ArraySlice<PrefixForest.Window>, of sequences: [Int32]) {
    removeAll()
    reserve(windows)
    for (index, window) in zip(windows.indices, windows) {
      let depth = index == windows.startIndex ? 0 : window.shared
      close(downTo: depth)
      for input in sequences[window.start + depth..<window.start + window.inputs] {
        let node = add(input, after: open.last ?? -1)
        open.append(node)
        lastEvents.append(-1)
      }
      countTargets(window, of: sequences)
    }
    close(downTo: 0)
    arrangeTargets()
    checkInvariants()
  }

  /// Makes room for the tree of windows, which then needs no other.
  private mutating func reserve(_ windows: ArraySlice<PrefixForest.Window>) {
    var needed = Room(nodes: 0, paths: 0, targets: 0)
    for window in windows {
      needed.nodes += window.inputs
      needed.paths += window.inputs
      needed.targets += window.inputs - window.firstScored
    }
    grow(to: needed)
  }

  /// Adds a node without targets after another one, its parent, or a root after -1.
  ///
  /// Such nodes need not be in preorder. Then there are no gradients: `subtreeEnds` means nothing.
  ///
  /// - Returns: The node.
  mutating func append(_ token: Int32, after parent: Int32) -> Int32 {
    let depth = parent < 0 ? 0 : Int(nodes.positions[Int(parent)]) + 1
    let isFull = count == room.nodes || pathCount + depth >= room.paths
    grow(
      to: isFull
        ? Room(nodes: 2 * count + 64, paths: 2 * (pathCount + depth) + 64, targets: room.targets)
        : room)
    return add(token, after: parent)
  }

  /// Adds a node that there is room for.
  private mutating func add(_ token: Int32, after parent: Int32) -> Int32 {
    let depth = parent < 0 ? 0 : Int(nodes.positions[Int(parent)]) + 1
    let node = count
    let to = nodes
    to.tokens[node] = token
    to.positions[node] = Int32(depth)
    to.subtreeEnds[node] = Int32(node) + 1
    if parent >= 0 && Int(parent) == node - 1 {
      // The path of a chain's last node begins with those of the others.
      to.pathStarts[node] = to.pathStarts[node - 1]
    } else {
      to.pathStarts[node] = Int32(pathCount)
      if parent >= 0 {
        let path = to.paths.path(Int(parent))
        for (place, other) in path.enumerated() { to.pathNodes[pathCount + place] = other }
        pathCount += path.count
      }
    }
    to.pathNodes[pathCount] = Int32(node)
    to.targetStarts[node + 1] = 0
    pathCount += 1
    count += 1
    longestPath = max(longestPath, depth + 1)
    return Int32(node)
  }

  /// Makes room in memory that no copy of the tree has, and keeps the nodes that are there.
  private mutating func grow(to needed: Room) {
    let larger = room.union(needed)
    if larger == room && isKnownUniquelyReferenced(&slab) { return }
    precondition(larger.paths < Int32.max, "the paths of a tree have less than 2^31 entries")
    let grown = Buffer<Int32>(count: larger.count)
    let (from, to) = (nodes, Nodes(grown.start, larger, count: count))
    to.tokens.update(from: from.tokens, count: count)
    to.positions.update(from: from.positions, count: count)
    to.subtreeEnds.update(from: from.subtreeEnds, count: count)
    to.pathStarts.update(from: from.pathStarts, count: count)
    to.pathNodes.update(from: from.pathNodes, count: pathCount)
    (slab, room) = (grown, larger)
  }
}

extension PrefixTree {
  /// A target of a node, in the order in which targets are met.
  private struct Event {
    var node: Int32
    var target: Int32
    var count: Int32
  }

  /// Ends the subtrees of the open nodes from a depth on.
  private mutating func close(downTo depth: Int) {
    while open.count > depth { nodes.subtreeEnds[Int(open.removeLast())] = Int32(count) }
  }

  /// Counts the targets of the window whose nodes are open.
  ///
  /// Sorted windows come in the order of their tokens, so equal targets of a node follow one another.
  private mutating func countTargets(_ window: PrefixForest.Window, of sequences: [Int32]) {
    for depth in window.firstScored..<window.inputs {
      let node = open[depth]
      let target = sequences[window.start + depth + 1]
      var event = lastEvents[Int(node)]
      if event >= 0 && events[Int(event)].target == target {
        events[Int(event)].count += 1
      } else {
        event = Int32(events.count)
        lastEvents[Int(node)] = event
        events.append(Event(node: node, target: target, count: 1))
      }
      scored.append(event)
    }
  }

  /// Puts the targets into the order of the nodes.
  private mutating func arrangeTargets() {
    let to = nodes
    let starts = to.targetStarts
    starts.update(repeating: 0, count: count + 1)
    for event in events { starts[Int(event.node) + 1] += 1 }
    for node in 0..<count { starts[node + 1] += starts[node] }
    eventPlaces.removeAll(keepingCapacity: true)
    for event in events {
      // The start of a node serves as its cursor, and ends as the start of the next.
      let place = Int(starts[Int(event.node)])
      starts[Int(event.node)] += 1
      to.targets[place] = event.target
      to.targetCounts[place] = event.count
      eventPlaces.append(Int32(place))
    }
    for node in stride(from: count, to: 0, by: -1) { starts[node] = starts[node - 1] }
    starts[0] = 0
    for i in scored.indices { scored[i] = eventPlaces[Int(scored[i])] }
  }
}
