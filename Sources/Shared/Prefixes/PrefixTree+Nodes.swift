extension PrefixTree {
  /// How many entries there is room for.
  struct Room: Equatable {
    var nodes: Int
    var paths: Int
    var targets: Int

    /// The larger of two rooms in each respect.
    func union(_ other: Room) -> Room {
      Room(
        nodes: max(nodes, other.nodes), paths: max(paths, other.paths),
        targets: max(targets, other.targets))
    }

    /// How many integers the lists of a tree take.
    var count: Int { 5 * nodes + 1 + paths + 2 * targets }
  }

  /// The lists of a tree, one after the other in one piece of memory; the tree alone writes them.
  struct Nodes {
    /// How many nodes there are.
    let count: Int

    /// The token of each node.
    let tokens: UnsafeMutablePointer<Int32>

    /// The position of each node in its window, from 0, which is its depth in the tree.
    let positions: UnsafeMutablePointer<Int32>

    /// One past the last descendant of each node.
    let subtreeEnds: UnsafeMutablePointer<Int32>

    /// Where the path of each node begins in `pathNodes`.
    let pathStarts: UnsafeMutablePointer<Int32>

    /// Where the targets of each node begin; one more than there are nodes.
    let targetStarts: UnsafeMutablePointer<Int32>

    /// The distinct tokens that follow each node and are scored there.
    let targets: UnsafeMutablePointer<Int32>

    /// How often each of them follows.
    let targetCounts: UnsafeMutablePointer<Int32>

    /// The paths: the nodes from the root down to a node itself.
    let pathNodes: UnsafeMutablePointer<Int32>

    init(_ start: UnsafeMutablePointer<Int32>, _ room: Room, count: Int) {
      self.count = count
      tokens = start
      positions = tokens + room.nodes
      subtreeEnds = positions + room.nodes
      pathStarts = subtreeEnds + room.nodes
      targetStarts = pathStarts + room.nodes
      targets = targetStarts + room.nodes + 1
      targetCounts = targets + room.targets
      pathNodes = targetCounts + room.targets
    }

    /// The paths for kernels.
    var paths: TreePaths {
      TreePaths(
        positions: positions, subtreeEnds: subtreeEnds, starts: pathStarts, nodes: pathNodes)
    }

    /// How many targets all nodes have.
    var targetCount: Int { Int(targetStarts[count]) }

    /// Where the targets of a node are.
    @inline(__always)
    func targetRange(_ node: Int) -> Range<Int> {
      Int(targetStarts[node])..<Int(targetStarts[node &+ 1])
    }
  }
}

extension PrefixTree {
  /// Stops a debug build where the lists of the tree contradict each other.
  ///
  /// - Complexity: O(the lengths of all paths).
  func checkInvariants() {
    #if DEBUG
      guard count > 0 else { return }
      withNodes { nodes in
        for node in 0..<nodes.count {
          let path = nodes.paths.path(node)
          let parent = path.dropLast().last.map { Int($0) } ?? -1
          let end = Int(nodes.subtreeEnds[node])
          precondition(Int(path[path.count - 1]) == node, "a path ends at its node")
          precondition(parent < node, "a parent comes before its children")
          precondition(node < end && end <= nodes.count, "a subtree is a range of nodes")
          // The parent is open where this node begins, so its subtree holds this one.
          precondition(
            parent < 0 || end <= Int(nodes.subtreeEnds[parent]), "subtrees are nested")
          precondition(
            node == 0 || parent == node - 1 || Int(nodes.subtreeEnds[node - 1]) == node,
            "nodes are in preorder")
          precondition(
            parent < 0 || path.dropLast().elementsEqual(nodes.paths.path(parent)),
            "a path is that of the parent and the node")
          precondition(
            nodes.targetStarts[node] <= nodes.targetStarts[node + 1], "targets are in node order")
          let targets = nodes.targetRange(node)
          precondition(
            Set(targets.map { nodes.targets[$0] }).count == targets.count, "targets are distinct")
        }
        let counted = (0..<nodes.targetCount).reduce(0) { $0 + Int(nodes.targetCounts[$1]) }
        precondition(counted == scored.count, "each scored token is counted once")
        precondition(
          scored.allSatisfy { 0 <= $0 && $0 < nodes.targetCount }, "scored tokens have a target")
      }
    #endif
  }
}
