/// The paths of the nodes of a tree, for kernels: pointers into what a `PrefixTree` holds.
///
/// Nodes are in preorder, so the descendants of a node are those that follow it, up to the end of its
/// subtree.
struct TreePaths {
  /// The depth of each node, from 0.
  let positions: UnsafePointer<Int32>

  /// One past the last descendant of each node.
  let subtreeEnds: UnsafePointer<Int32>

  /// Where the path of each node begins in `nodes`.
  let starts: UnsafePointer<Int32>

  /// The paths of all nodes; those of a chain begin at the same place.
  let nodes: UnsafePointer<Int32>

  /// The nodes from the root down to a node, which is the last.
  @inline(__always)
  func path(_ node: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(start: nodes + Int(starts[node]), count: Int(positions[node]) &+ 1)
  }

  /// The node before a node on its path, or nil for a root.
  @inline(__always)
  func parent(of node: Int) -> Int? {
    let depth = Int(positions[node])
    return depth == 0 ? nil : Int(nodes[Int(starts[node]) &+ depth &- 1])
  }
}
