@testable import Shared

extension PrefixForest {
  /// Makes the forest of some items.
  init<Items: Sequence>(
    _ items: Items, blockSize: Int, treeSize: Int = .max, sharing: Bool = true
  ) where Items.Element: Collection<Int32> {
    self.init()
    for item in items { append(item) }
    plant(blockSize: blockSize, treeSize: treeSize, sharing: sharing)
  }

  /// All trees.
  var trees: [PrefixTree] {
    (0..<count).map { index in
      var tree = PrefixTree()
      build(index, into: &tree)
      return tree
    }
  }
}

extension PrefixTree {
  /// One tree of all the items.
  init<Items: Sequence>(_ items: Items, blockSize: Int, sharing: Bool = true)
  where Items.Element: Collection<Int32> {
    self.init()
    PrefixForest(items, blockSize: blockSize, sharing: sharing).build(0, into: &self)
  }

  var tokens: [Int32] { list(\.tokens) }
  var positions: [Int32] { list(\.positions) }
  var subtreeEnds: [Int32] { list(\.subtreeEnds) }
  var targets: [Int32] { withNodes { list(\.targets, $0.targetCount) } }
  var targetCounts: [Int32] { withNodes { list(\.targetCounts, $0.targetCount) } }
  var targetStarts: [Int32] { list(\.targetStarts, count + 1) }

  /// The nodes from the root down to a node.
  func path(_ node: Int) -> [Int] { withNodes { $0.paths.path(node).map { Int($0) } } }

  /// The parent of each node, or -1.
  var parents: [Int] { (0..<count).map { path($0).dropLast().last ?? -1 } }

  private func list(
    _ list: KeyPath<Nodes, UnsafeMutablePointer<Int32>>, _ count: Int? = nil
  ) -> [Int32] {
    withNodes { Array(UnsafeBufferPointer(start: $0[keyPath: list], count: count ?? $0.count)) }
  }
}
