import Foundation
import Testing

@testable import Shared

@Suite struct AttentionTests {
  /// The specification, in Double: rows of 3C in, rows of C out.
  private static func forward(_ qkv: [Double], _ tree: PrefixTree, NH: Int, C: Int) -> [Double] {
    let H = C / NH
    var out = [Double](repeating: 0, count: tree.count * C)
    for node in 0..<tree.count {
      let path = tree.paths[tree.pathStarts[node]..<tree.pathStarts[node + 1]].map { Int($0) }
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

  @Test(arguments: [(1, 1), (1, 8), (2, 16), (3, 12), (2, 14), (4, 64), (3, 48), (1, 17)])
  func equalsTheNaiveOne(_ NH: Int, _ C: Int) {
    var noise = Noise(UInt64(C))
    let items = (0..<6).map { _ in
      (0..<noise.next(in: 0..<10)).map { _ in Int32(noise.next(in: 1..<3)) }
    }
    let tree = PrefixTree(items, blockSize: 10)
    let n = tree.count
    let qkv = TestMatrix(n, 3 * C, &noise)
    let out = TestMatrix(n, C, &noise)
    let dOut = TestMatrix(n, C, &noise)
    let dQKV = TestMatrix(n, 3 * C, &noise)
    let probs = FloatBuffer(
      count: Attention.count(NH: NH, nodes: n, pairs: tree.paths.count))
    let dScores = FloatBuffer(
      count: Attention.count(NH: NH, nodes: n, pairs: tree.paths.count))
    tree.withNodes { nodes in
      let attention = Attention(NH: NH, C: C, tree: nodes)
      attention.forward(out: out.matrix, probs: probs.start, qkv: qkv.matrix, rows: 0..<n)
      attention.backwardQueries(
        dQKV: dQKV.matrix, dScores: dScores.start, dOut: dOut.matrix, probs: probs.start,
        qkv: qkv.matrix, rows: 0..<n)
      attention.backwardKeysAndValues(
        dQKV: dQKV.matrix, dScores: dScores.start, dOut: dOut.matrix, probs: probs.start,
        qkv: qkv.matrix, rows: 0..<n)
    }
    let input = qkv.values
    let expected = Self.forward(input, tree, NH: NH, C: C)
    #expect(zip(out.values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    // A direction at a time: enough to see every element, and quick.
    let d = dOut.values
    for _ in 0..<(C > 20 ? 10 : 40) {
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
}
