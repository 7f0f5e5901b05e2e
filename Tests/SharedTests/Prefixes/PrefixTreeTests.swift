import Testing

@testable import Shared

@Suite struct PrefixTreeTests {
  /// What a tree says about a batch: for each prefix in a window, what follows it how often.
  private static func counts(_ tree: PrefixTree) -> [[Int32]: [Int32: Int32]] {
    var counts: [[Int32]: [Int32: Int32]] = [:]
    let (tokens, starts) = (tree.tokens, tree.targetStarts)
    let (targets, targetCounts) = (tree.targets, tree.targetCounts)
    for node in 0..<tree.count {
      let prefix = tree.path(node).map { tokens[$0] }
      for target in Int(starts[node])..<Int(starts[node + 1]) {
        counts[prefix, default: [:]][targets[target], default: 0] += targetCounts[target]
      }
    }
    return counts
  }

  /// The same from the definition: windows of T inputs that begin every T / 2.
  private static func naiveCounts(_ items: [[Int32]], _ T: Int) -> [[Int32]: [Int32: Int32]] {
    var counts: [[Int32]: [Int32: Int32]] = [:]
    for item in items {
      let sequence = [0] + item + [0]
      for i in 0..<item.count + 1 {
        var start = 0
        while i >= start + T { start += max(1, T / 2) }
        counts[Array(sequence[start...i]), default: [:]][sequence[i + 1], default: 0] += 1
      }
    }
    return counts
  }

  /// Items over a small alphabet, so that they share a lot.
  private static func items(_ count: Int, longest: Int, seed: UInt64) -> [[Int32]] {
    var noise = Noise(seed)
    return (0..<count).map { _ in
      (0..<noise.next(in: 0..<longest + 1)).map { _ in Int32(noise.next(in: 1..<3)) }
    }
  }

  /// Everything that holds for the structure of any tree, from the definitions.
  private static func check(_ tree: PrefixTree) {
    tree.checkInvariants()
    let (positions, ends) = (tree.positions, tree.subtreeEnds)
    let paths = (0..<tree.count).map(tree.path)
    #expect(tree.longestPath == paths.map(\.count).max())
    for (node, path) in paths.enumerated() {
      #expect(path.count == Int(positions[node]) + 1 && path.last == node)
      for (other, path) in paths.enumerated() {
        #expect(path.contains(node) == (node..<Int(ends[node])).contains(other))
      }
    }
  }

  @Test func emmaAndEvaShareAPrefix() {
    // e = 1, m = 2, a = 3, v = 4
    let tree = PrefixTree([[1, 2, 2, 3], [1, 4, 3]] as [[Int32]], blockSize: 8)
    #expect(tree.tokens == [0, 1, 2, 2, 3, 4, 3])
    #expect(tree.positions == [0, 1, 2, 3, 4, 2, 3])
    #expect(tree.parents == [-1, 0, 1, 2, 3, 1, 5])
    #expect(tree.subtreeEnds == [7, 7, 5, 5, 5, 7, 7])
    #expect(tree.targets == [1, 2, 4, 2, 3, 0, 3, 0])
    #expect(tree.targetCounts == [2, 1, 1, 1, 1, 1, 1, 1])
    #expect(tree.targetStarts == [0, 1, 3, 4, 5, 6, 7, 8])
    #expect(tree.scored == [0, 1, 3, 4, 5, 0, 2, 6, 7])
  }

  @Test func aLongItemIsReadInWindows() {
    let tree = PrefixTree([[1, 2, 3, 4, 5, 6]] as [[Int32]], blockSize: 4)
    // 0 1 2 3, then 2 3 4 5 with the last two scored, then 4 5 6 with the last one.
    #expect(tree.tokens == [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6])
    #expect(tree.positions == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2])
    #expect(tree.targets == [1, 2, 3, 4, 5, 6, 0])
    #expect(tree.targetStarts == [0, 1, 2, 3, 4, 4, 4, 5, 6, 6, 6, 7])
    #expect(tree.scored == [0, 1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 100]) func countsAreThoseOfTheDefinition(_ T: Int) {
    for seed in 1...5 {
      let items = Self.items(20, longest: 11, seed: UInt64(seed))
      let expected = Self.naiveCounts(items, T)
      let tree = PrefixTree(items, blockSize: T)
      let chains = PrefixTree(items, blockSize: T, sharing: false)
      #expect(Self.counts(tree) == expected)
      #expect(Self.counts(chains) == expected)
      #expect(tree.count <= chains.count)
      Self.check(tree)
      Self.check(chains)
    }
  }

  @Test func prefixesAreDistinct() {
    let tree = PrefixTree(Self.items(50, longest: 8, seed: 9), blockSize: 6)
    let prefixes = (0..<tree.count).map { node in
      tree.path(node).map { tree.tokens[$0] }
    }
    #expect(Set(prefixes).count == prefixes.count)
  }

  @Test func rebuildingIsBuilding() {
    var tree = PrefixTree(Self.items(40, longest: 20, seed: 3), blockSize: 8)
    let items = Self.items(10, longest: 9, seed: 4)
    PrefixForest(items, blockSize: 5).build(0, into: &tree)
    let other = PrefixTree(items, blockSize: 5)
    #expect(tree.tokens == other.tokens && tree.subtreeEnds == other.subtreeEnds)
    #expect((0..<tree.count).map(tree.path) == (0..<tree.count).map(other.path))
    #expect(tree.targets == other.targets && tree.targetCounts == other.targetCounts)
    #expect(tree.targetStarts == other.targetStarts && tree.scored == other.scored)
  }

  @Test func theOrderOfItemsChangesNothingButTheirPlaces() {
    let items = Self.items(30, longest: 9, seed: 5)
    let tree = PrefixTree(items, blockSize: 6)
    let reversed = PrefixTree(items.reversed(), blockSize: 6)
    #expect(tree.tokens == reversed.tokens && tree.targets == reversed.targets)
    #expect(tree.targetCounts == reversed.targetCounts)
  }

  @Test func anEmptyItemHasItsEndAlone() {
    let empty = PrefixTree([[]] as [[Int32]], blockSize: 4)
    #expect(empty.tokens == [0] && empty.targets == [0] && empty.targetCounts == [1])
  }

  /// Nodes that are appended as items are drawn, in any order, far beyond the room of the start.
  @Test func nodesAreAppendedAfterAnyOther() {
    var noise = Noise(6)
    var tree = PrefixTree()
    var prefixes: [[Int32]] = []
    for node in 0..<500 {
      let parent = node % 50 == 0 ? -1 : node % 3 == 0 ? node - 1 : noise.next(in: 0..<node)
      let token = Int32(noise.next(in: 1..<9))
      #expect(tree.append(token, after: Int32(parent)) == node)
      prefixes.append((parent < 0 ? [] : prefixes[parent]) + [token])
    }
    let tokens = tree.tokens
    #expect((0..<500).map { tree.path($0).map { tokens[$0] } } == prefixes)
    #expect(tree.longestPath == prefixes.map(\.count).max())
  }

  @Test func aCopyStaysAsItIs() {
    var tree = PrefixTree([[1, 2], [1, 3]] as [[Int32]], blockSize: 4)
    let copy = tree
    _ = tree.append(4, after: 1)
    PrefixForest([[5]] as [[Int32]], blockSize: 4).build(0, into: &tree)
    #expect(copy.tokens == [0, 1, 2, 3] && tree.tokens == [0, 5])
  }

  #if DEBUG
    @Test func aDamagedTreeIsFound() async {
      await #expect(processExitsWith: .failure) {
        let tree = PrefixTree([[1, 2], [1, 3]] as [[Int32]], blockSize: 4)
        tree.withNodes { $0.subtreeEnds[1] = 3 }
        tree.checkInvariants()
      }
    }
  #endif

  @Test func refusesAnEmptyTree() async {
    await #expect(processExitsWith: .failure) { PrefixTree().withNodes { _ in } }
  }
}
