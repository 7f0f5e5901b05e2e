import Testing

@testable import Shared

@Suite struct PrefixForestTests {
  /// Items over a small alphabet, so that they share a lot.
  private static func items(_ count: Int, longest: Int, seed: UInt64) -> [[Int32]] {
    var noise = Noise(seed)
    return (0..<count).map { _ in
      (0..<noise.next(in: 0..<longest + 1)).map { _ in Int32(noise.next(in: 1..<3)) }
    }
  }

  @Test(arguments: [true, false]) func eachTokenIsScoredOnceWhereItStands(_ sharing: Bool) {
    for (T, treeSize) in [1, 3, 4, 16].flatMap({ T in [1, 9, 40, .max].map { (T, $0) } }) {
      let items = Self.items(30, longest: 9, seed: UInt64(T))
      let forest = PrefixForest(items, blockSize: T, treeSize: treeSize, sharing: sharing)
      #expect(forest.itemCount == items.count)
      #expect(forest.tokenCount == items.reduce(0) { $0 + $1.count + 1 })
      var scored = [Int32](repeating: -1, count: forest.tokenCount)
      for (index, tree) in forest.trees.enumerated() {
        var targets = tree.scored.makeIterator()
        forest.forEachPlace(ofTree: index) { place in
          #expect(scored[place] == -1)
          scored[place] = targets.next().map { tree.targets[Int($0)] } ?? -2
        }
        #expect(targets.next() == nil)
      }
      for (item, tokens) in items.enumerated() {
        #expect(Array(scored[forest.range(ofItem: item)]) == tokens + [0])
        #expect(Array(forest.targets(ofItem: item)) == tokens + [0])
      }
    }
  }

  @Test func treesAreOfAboutEqualSize() throws {
    let items = try names().prefix(2000).map(Array.init)
    let whole = PrefixForest(items, blockSize: 16).trees
    #expect(whole.count == 1)
    for treeSize in [50, 112, 1000] {
      let trees = PrefixForest(items, blockSize: 16, treeSize: treeSize).trees
      let sizes = trees.map(\.count)
      let sum = sizes.reduce(0, +)
      // A cut is at most half a name from its place, and both sides have the prefix at the cut.
      #expect(sizes.allSatisfy { abs($0 - sum / sizes.count) <= 20 }, "\(sizes)")
      #expect(sum / sizes.count <= treeSize + 8)
      #expect(sum >= whole[0].count && sum <= whole[0].count + 8 * sizes.count)
    }
  }

  @Test func lanesFollowFromTheItemsAlone() {
    // A chain of five nodes each, and nothing in common.
    let items = (0..<400).map { [Int32](repeating: 3 * $0 + 1, count: 4) }
    for (count, trees, lanes) in [
      (1, 1, 1), (2, 1, 1), (3, 2, 2), (4, 2, 2), (5, 4, 2), (32, 16, 2), (33, 20, 4),
      (128, 64, 4), (129, 72, 8), (400, 200, 8),
    ] {
      let forest = PrefixForest(
        items.prefix(count), blockSize: 8, treeSize: 10, sharing: false)
      #expect(forest.count == trees && forest.laneCount == lanes)
      let dealt = (0..<lanes).flatMap { forest.trees(ofLane: $0) }
      #expect(dealt == Array(0..<trees))
    }
  }

  @Test func aTreeHasAWindowAtLeast() {
    let forest = PrefixForest(
      Self.items(3, longest: 30, seed: 2) + [[1], [1]], blockSize: 100, treeSize: 1)
    #expect(forest.count <= 5 && forest.laneCount <= forest.count)
    #expect(forest.trees.allSatisfy { !$0.scored.isEmpty })
  }

  @Test func removingAllIsStartingAgain() {
    var forest = PrefixForest(Self.items(90, longest: 9, seed: 1), blockSize: 4, treeSize: 5)
    forest.removeAll()
    #expect(forest.count == 0 && forest.itemCount == 0 && forest.tokenCount == 0)
    #expect(forest.laneCount == 1 && forest.trees(ofLane: 0).isEmpty)
    let items = Self.items(20, longest: 9, seed: 2)
    for item in items { forest.append(item) }
    forest.plant(blockSize: 4, treeSize: 12)
    let fresh = PrefixForest(items, blockSize: 4, treeSize: 12)
    #expect(forest.trees.map(\.tokens) == fresh.trees.map(\.tokens))
  }

  @Test func refusesABlockOrATreeOfNothing() async {
    await #expect(processExitsWith: .failure) {
      _ = PrefixForest([[1]] as [[Int32]], blockSize: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = PrefixForest([[1]] as [[Int32]], blockSize: 1, treeSize: 0)
    }
  }
}
