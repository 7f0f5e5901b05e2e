import Synchronization

/// What the passes over one tree after the other need.
final class GPTWorkspace {
  /// The tree.
  var tree = PrefixTree()

  /// What the passes write.
  var activations: GPTActivations

  private let isTaken = Atomic<Bool>(false)

  init(_ config: GPTConfig) { activations = GPTActivations(config) }

  /// Makes room for the tree.
  func reserve(_ purpose: GPTActivations.Purpose) {
    activations.reserve(
      GPTActivations.Size(
        nodes: tree.count, longest: tree.longestPath, targets: tree.withNodes(\.targetCount),
        purpose: purpose))
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
