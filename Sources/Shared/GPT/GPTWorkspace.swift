import Synchronization

/// What the passes over one tree after the other need.
final class GPTWorkspace {
  /// The tree.
  var tree = PrefixTree()

  /// What the passes write.
  var activations: GPTActivations

  // For each node, what training asks of its prefix.
  private let states = Buffer<Int32>(count: 0)
  private let hashes = Buffer<UInt64>(count: 0)

  private let isTaken = Atomic<Bool>(false)

  init(_ config: GPTConfig) { activations = GPTActivations(config) }

  /// Makes room for the tree.
  func reserve(_ purpose: GPTActivations.Purpose) {
    activations.reserve(
      GPTActivations.Size(
        nodes: tree.count, longest: tree.longestPath, targets: tree.withNodes(\.targetCount),
        purpose: purpose))
  }

  /// Follows a teacher to each node of the tree.
  ///
  /// - Returns: The state after each node's prefix, valid until the next tree.
  func follow(_ teacher: some SoftTargets) -> UnsafePointer<Int32> {
    states.reserve(tree.count)
    let to = states.start
    tree.withNodes { nodes in
      for node in 0..<nodes.count {
        let before = nodes.paths.parent(of: node).map { to[$0] } ?? teacher.origin
        to[node] = teacher.state(after: before, nodes.tokens[node])
      }
    }
    return UnsafePointer(to)
  }

  /// Hashes the prefix of each node of the tree: the tokens of its window up to it, and no more.
  ///
  /// - Returns: The hash of each node, valid until the next tree.
  func hashPrefixes() -> UnsafePointer<UInt64> {
    hashes.reserve(tree.count)
    let to = hashes.start
    tree.withNodes { nodes in
      for node in 0..<nodes.count {
        let before = nodes.paths.parent(of: node).map { to[$0] } ?? 0
        to[node] = Dropout.mix(before ^ UInt64(nodes.tokens[node]))
      }
    }
    return UnsafePointer(to)
  }

  /// The sum of the losses of the tree's scored tokens, node after node, in nats.
  var loss: Double {
    tree.withNodes { nodes in
      (0..<nodes.targetCount).reduce(0) { sum, target in
        sum + Double(nodes.targetCounts[target]) * Double(activations.top.nll.start[target])
      }
    }
  }

  /// Calls `body` with the first workspace that is not taken; the caches may still hold it.
  ///
  /// - Precondition: There is one.
  static func withIdle<Result>(
    of workspaces: [GPTWorkspace], _ body: (GPTWorkspace) -> Result
  ) -> Result {
    for workspace in workspaces
    where !workspace.isTaken.exchange(true, ordering: .acquiring) {
      defer { workspace.isTaken.store(false, ordering: .releasing) }
      return body(workspace)
    }
    preconditionFailure("there is a workspace for each pass that is under way")
  }
}
