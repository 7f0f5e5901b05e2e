/// Windows of items as a forest of prefixes: what several of them have in common is there once.
///
/// An item of tokens x_1 ... x_n is read as the sequence 0, x_1, ..., x_n, 0: the boundary opens and
/// closes it. Each of the first n + 1 tokens is an input, and the token after it is its target. A
/// node stands for an input together with all inputs before it in its window; it has a token, a
/// position (its depth), a parent, and the counts of the targets that follow it. A causal model's
/// state at an input depends on that prefix alone, so one row of activations serves every item that
/// shares the node, and the loss of a node is the sum over its targets of count times loss.
///
/// Nodes are in preorder: a parent comes before its children, and the descendants of a node are the
/// nodes that follow it, up to `subtreeEnds`. A window other than an item's first begins with a
/// character instead of the boundary, so it is a root of its own.
public struct PrefixTree {
  /// The token of each node.
  public private(set) var tokens: [Int32] = []

  /// The position of each node in its window, from 0, which is its depth in the tree.
  public private(set) var positions: [Int32] = []

  /// The parent of each node, or -1.
  public private(set) var parents: [Int32] = []

  /// One past the last descendant of each node.
  public private(set) var subtreeEnds: [Int32] = []

  /// Where the path of each node begins in `paths`; one more than there are nodes.
  public private(set) var pathStarts: [Int] = [0]

  /// The nodes from the root down to the node itself, for each node.
  public private(set) var paths: [Int32] = []

  /// Where the targets of each node begin in `targets`; one more than there are nodes.
  public private(set) var targetStarts: [Int32] = [0]

  /// The distinct tokens that follow each node and are scored there.
  public private(set) var targets: [Int32] = []

  /// How often each of them follows.
  public private(set) var targetCounts: [Int32] = []

  /// For each scored token, window after window, the index in `targets` where it is counted.
  public private(set) var scored: [Int32] = []

  // What building needs, kept so that the next tree of the size allocates nothing.
  private var lastEvents: [Int32] = []
  private var events: [Event] = []
  private var eventPlaces: [Int32] = []
  private var open: [Int32] = []

  /// A tree of no windows.
  public init() {}

  /// How many nodes there are.
  public var count: Int { tokens.count }

  /// How many nodes the longest path has.
  ///
  /// - Complexity: O(nodes).
  public var longestPath: Int { Int((positions.max() ?? -1) + 1) }

  /// How many tokens are scored.
  public var tokenCount: Int { scored.count }

  /// Replaces the tree by that of windows.
  ///
  /// - Parameters:
  ///   - windows: Sorted, if they are to share.
  ///   - sequences: The tokens of all items, boundaries included.
  ///   - sharing: Whether equal prefixes are one node. Without, each window is a chain of its own.
  /// - Complexity: O(inputs + the lengths of all paths).
  mutating func rebuild(
    _ windows: ArraySlice<PrefixForest.Window>, of sequences: [Int32], sharing: Bool
  ) {
    removeAll()
    for window in windows {
      var depth = 0
      if sharing {
        let common = min(open.count, window.inputs)
        while depth < common && tokens[Int(open[depth])] == sequences[window.start + depth] {
          depth += 1
        }
      }
      close(downTo: depth)
      while depth < window.inputs {
        let node = Int32(tokens.count)
        tokens.append(sequences[window.start + depth])
        positions.append(Int32(depth))
        parents.append(open.last ?? -1)
        subtreeEnds.append(0)
        lastEvents.append(-1)
        open.append(node)
        paths.append(contentsOf: open)
        pathStarts.append(paths.count)
        depth += 1
      }
      countTargets(window, of: sequences)
    }
    close(downTo: 0)
    arrangeTargets()
  }

  /// Empties the tree.
  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    subtreeEnds.removeAll(keepingCapacity: true)
    pathStarts.removeAll(keepingCapacity: true)
    pathStarts.append(0)
    paths.removeAll(keepingCapacity: true)
    targetStarts.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    targetCounts.removeAll(keepingCapacity: true)
    scored.removeAll(keepingCapacity: true)
    lastEvents.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
  }
}

extension PrefixTree {
  /// Adds a node without targets behind another, or a root behind -1.
  ///
  /// Such nodes need not be in preorder, so nothing may be asked for that needs it: `subtreeEnds`,
  /// and with it gradients.
  ///
  /// - Returns: The node.
  mutating func append(_ token: Int32, behind parent: Int32) -> Int32 {
    let node = Int32(tokens.count)
    tokens.append(token)
    positions.append(parent < 0 ? 0 : positions[Int(parent)] + 1)
    parents.append(parent)
    subtreeEnds.append(node + 1)
    if parent >= 0 {
      // One by one: a slice of the array that grows would copy the whole of it.
      for place in pathStarts[Int(parent)]..<pathStarts[Int(parent) + 1] {
        paths.append(paths[place])
      }
    }
    paths.append(node)
    pathStarts.append(paths.count)
    targetStarts.append(0)
    return node
  }

  /// A target of a node, in the order in which targets are met.
  private struct Event {
    var node: Int32
    var target: Int32
    var count: Int32
  }

  private mutating func close(downTo depth: Int) {
    while open.count > depth { subtreeEnds[Int(open.removeLast())] = Int32(tokens.count) }
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
        events.append(Event(node: node, target: target, count: 1))
        lastEvents[Int(node)] = event
      }
      scored.append(event)
    }
  }

  /// Puts the targets into the order of the nodes.
  private mutating func arrangeTargets() {
    targetStarts.append(contentsOf: repeatElement(0, count: count + 1))
    for event in events { targetStarts[Int(event.node) + 1] += 1 }
    for node in 0..<count { targetStarts[node + 1] += targetStarts[node] }
    targets.append(contentsOf: repeatElement(0, count: events.count))
    targetCounts.append(contentsOf: repeatElement(0, count: events.count))
    eventPlaces.removeAll(keepingCapacity: true)
    for event in events {
      // The start of a node serves as its cursor, and ends as the start of the next.
      let place = Int(targetStarts[Int(event.node)])
      targetStarts[Int(event.node)] += 1
      targets[place] = event.target
      targetCounts[place] = event.count
      eventPlaces.append(Int32(place))
    }
    for node in stride(from: count, to: 0, by: -1) { targetStarts[node] = targetStarts[node - 1] }
    targetStarts[0] = 0
    for i in scored.indices { scored[i] = eventPlaces[Int(scored[i])] }
  }
}
