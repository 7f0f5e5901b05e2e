import Testing

@testable import Shared

@Suite struct PrefixTreeTests {
  /// What a tree says about a batch: for each prefix in a window, what follows it how often.
  private static func counts(_ tree: PrefixTree) -> [[Int32]: [Int32: Int32]] {
    var counts: [[Int32]: [Int32: Int32]] = [:]
    for node in 0..<tree.count {
      let path = tree.paths[tree.pathStarts[node]..<tree.pathStarts[node + 1]]
      let prefix = path.map { tree.tokens[Int($0)] }
      for target in Int(tree.targetStarts[node])..<Int(tree.targetStarts[node + 1]) {
        counts[prefix, default: [:]][tree.targets[target], default: 0] += tree.targetCounts[target]
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

  /// Everything that holds for the structure of any tree.
  private static func check(_ tree: PrefixTree) {
    #expect(tree.pathStarts.count == tree.count + 1)
    #expect(tree.targetStarts.count == tree.count + 1)
    for node in 0..<tree.count {
      let path = Array(tree.paths[tree.pathStarts[node]..<tree.pathStarts[node + 1]])
      #expect(path.count == Int(tree.positions[node]) + 1)
      #expect(path.last == Int32(node))
      #expect(tree.parents[node] == (path.count > 1 ? path[path.count - 2] : -1))
      #expect(tree.parents[node] < Int32(node))
      for other in 0..<tree.count {
        let descends = tree.paths[tree.pathStarts[other]..<tree.pathStarts[other + 1]]
          .contains(Int32(node))
        #expect(descends == (node..<Int(tree.subtreeEnds[node])).contains(other))
      }
    }
  }

  @Test func emmaAndEvaShareTheirBeginning() {
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
      tree.paths[tree.pathStarts[node]..<tree.pathStarts[node + 1]].map { tree.tokens[Int($0)] }
    }
    #expect(Set(prefixes).count == prefixes.count)
  }

  @Test func rebuildingIsBuilding() {
    var tree = PrefixTree(Self.items(40, longest: 20, seed: 3), blockSize: 8)
    let items = Self.items(10, longest: 9, seed: 4)
    PrefixForest(items, blockSize: 5).build(0, into: &tree)
    let other = PrefixTree(items, blockSize: 5)
    #expect(tree.tokens == other.tokens && tree.paths == other.paths)
    #expect(tree.pathStarts == other.pathStarts && tree.subtreeEnds == other.subtreeEnds)
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
}
