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
        nodes: tree.count, longest: tree.longestPath, targets: tree.targets.count,
        purpose: purpose))
  }

  /// The sum of the losses of the tree's scored tokens, node after node, in nats.
  var loss: Double {
    var sum = 0.0
    for (target, count) in tree.targetCounts.enumerated() {
      sum += Double(count) * Double(activations.top.nll[target])
    }
    return sum
  }

  /// Calls `body` with the first of some workspaces that nobody has at the moment.
  ///
  /// The first: the caches may still hold it.
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
    preconditionFailure("there are as many workspaces as passes go on at the same time")
  }
}
