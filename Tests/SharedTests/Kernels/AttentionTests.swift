import Foundation
import Testing

@testable import Shared

@Suite struct AttentionTests {
  /// The specification, in Double: rows of 3C in, rows of C out.
  private static func forward(_ qkv: [Double], _ tree: PrefixTree, NH: Int, C: Int) -> [Double] {
    let H = C / NH
    var out = [Double](repeating: 0, count: tree.count * C)
    for node in 0..<tree.count {
      let path = tree.path(node)
      for h in 0..<NH {
        let scores = path.map { other in
          (0..<H).reduce(0) {
            $0 + qkv[node * 3 * C + h * H + $1] * qkv[other * 3 * C + C + h * H + $1]
          } / Double(H).squareRoot()
        }
        let sum = scores.reduce(0) { $0 + exp($1) }
        for (score, other) in zip(scores, path) {
          for c in 0..<H {
            out[node * C + h * H + c] +=
              exp(score) / sum * qkv[other * 3 * C + 2 * C + h * H + c]
          }
        }
      }
    }
    return out
  }

  /// Bushy trees of short items, and long chains that branch now and then.
  @Test(
    arguments: [(1, 1), (1, 8), (2, 16), (3, 12), (2, 14), (4, 64), (3, 48), (1, 17), (6, 48)],
    [10, 40])
  func equalsTheNaiveOne(_ heads: (NH: Int, C: Int), _ longest: Int) {
    let (NH, C) = heads
    var noise = Noise(UInt64(C))
    let items = (0..<6).map { _ in
      (0..<noise.next(in: longest / 2..<longest)).map { _ in
        Int32(longest > 16 && noise.next(in: 0..<20) > 0 ? 1 : noise.next(in: 1..<3))
      }
    }
    let tree = PrefixTree(items, blockSize: longest)
    let n = tree.count
    let qkv = TestMatrix(n, 3 * C, &noise)
    let out = TestMatrix(n, C, &noise)
    let dOut = TestMatrix(n, C, &noise)
    let dQKV = TestMatrix(n, 3 * C, &noise)
    // Room for longer paths than there are, as after a larger batch.
    let scores = NH * Attention.scoresPerHead(longest: longest + 7)
    let probs = TestMatrix(n, scores, &noise)
    let dScores = TestMatrix(n, scores, &noise)
    tree.withNodes { nodes in
      let attention = Attention(NH: NH, C: C, tree: nodes.paths, longest: longest + 7)
      // Blocks of rows, which cut chains.
      let blocks = [0..<n / 3, n / 3..<n / 2, n / 2..<n]
      for rows in blocks {
        attention.forward(out: out.matrix, probs: probs.matrix, qkv: qkv.matrix, rows: rows)
      }
      for rows in blocks {
        attention.backwardQueries(
          dQKV: dQKV.matrix, dScores: dScores.matrix, dOut: dOut.matrix, probs: probs.matrix,
          qkv: qkv.matrix, rows: rows)
      }
      for rows in blocks {
        attention.backwardKeysAndValues(
          dQKV: dQKV.matrix, dScores: dScores.matrix, dOut: dOut.matrix, probs: probs.matrix,
          qkv: qkv.matrix, rows: rows)
      }
    }
    let input = qkv.values
    let expected = Self.forward(input, tree, NH: NH, C: C)
    #expect(zip(out.values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    // A direction at a time: enough to see every element, and quick.
    let d = dOut.values
    for _ in 0..<(C > 20 || longest > 20 ? 5 : 40) {
      let direction = noise.floats(input.count).map(Double.init)
      func loss(_ step: Double) -> Double {
        let moved = zip(input, direction).map { $0 + step * $1 }
        return zip(Self.forward(moved, tree, NH: NH, C: C), d).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let slope = (loss(1e-5) - loss(-1e-5)) / 2e-5
      let found = zip(dQKV.values, direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(found - slope) < 1e-4)
    }
  }

  /// A node's result depends on its path alone, to the last bit: not on the block of rows that it is
  /// in, nor on what else is in the tree.
  @Test(arguments: [8, 12, 16, 64]) func aNodeDoesNotDependOnItsNeighbours(_ C: Int) {
    var noise = Noise()
    let tree = PrefixTree([[Int32](repeating: 1, count: 39)], blockSize: 40)
    let qkv = TestMatrix(40, 3 * C, &noise)
    let (whole, single) = (TestMatrix(40, C, &noise), TestMatrix(40, C, &noise))
    let probs = TestMatrix(40, 4 * Attention.scoresPerHead(longest: 40), &noise)
    tree.withNodes { nodes in
      let attention = Attention(NH: 4, C: C, tree: nodes.paths, longest: 40)
      attention.forward(out: whole.matrix, probs: probs.matrix, qkv: qkv.matrix, rows: 0..<40)
      for row in 0..<40 {
        attention.forward(
          out: single.matrix, probs: probs.matrix, qkv: qkv.matrix, rows: row..<row + 1)
      }
    }
    #expect(whole.values == single.values)
  }
}
