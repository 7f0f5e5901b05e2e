extension PrefixTree {
  /// The tree as pointers, for kernels.
  struct Nodes {
    let count: Int
    let tokens: UnsafePointer<Int32>
    let paths: TreePaths
    let targetStarts: UnsafePointer<Int32>
    let targets: UnsafePointer<Int32>
    let targetCounts: UnsafePointer<Int32>

    /// The position of each node.
    var positions: UnsafePointer<Int32> { paths.positions }

    /// Where the targets of a node are.
    @inline(__always)
    func targetRange(_ node: Int) -> Range<Int> {
      Int(targetStarts[node])..<Int(targetStarts[node &+ 1])
    }
  }

  /// Calls `body` with the tree as pointers, which are valid until it returns.
  ///
  /// - Precondition: The tree has a node.
  func withNodes<Result>(_ body: (Nodes) throws -> Result) rethrows -> Result {
    precondition(count > 0, "an empty tree has no nodes")
    return try tokens.withUnsafeBufferPointer { tokens in
      try positions.withUnsafeBufferPointer { positions in
        try subtreeEnds.withUnsafeBufferPointer { subtreeEnds in
          try pathStarts.withUnsafeBufferPointer { pathStarts in
            try paths.withUnsafeBufferPointer { paths in
              try targetStarts.withUnsafeBufferPointer { targetStarts in
                try targets.withUnsafeBufferPointer { targets in
                  try targetCounts.withUnsafeBufferPointer { targetCounts in
                    try body(
                      Nodes(
                        count: tokens.count, tokens: tokens.baseAddress!,
                        paths: TreePaths(
                          positions: positions.baseAddress!, subtreeEnds: subtreeEnds.baseAddress!,
                          starts: pathStarts.baseAddress!, nodes: paths.baseAddress!),
                        targetStarts: targetStarts.baseAddress!, targets: targets.baseAddress!,
                        targetCounts: targetCounts.baseAddress!))
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
