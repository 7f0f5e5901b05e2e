import Foundation
import TestSupport
import Testing

@testable import Shared

@Suite struct CrossEntropyTests {
  @Test(arguments: lengths.dropFirst()) func equalsTheNaiveOne(_ V: Int) {
    var noise = Noise(UInt64(V))
    let logits = TestMatrix(1, V, &noise)
    for v in 0..<V { logits.matrix.start[v] *= 20 }
    let x = logits.values
    let targets: [Int32] = V == 1 ? [0] : [0, Int32(V - 1)]
    let counts: [Int32] = V == 1 ? [3] : [3, 1]
    let nll = FloatBuffer(count: 2)
    targets.withUnsafeBufferPointer { targets in
      counts.withUnsafeBufferPointer { counts in
        let losses = UnsafeMutableBufferPointer(start: nll.start, count: targets.count)
        let sum = CrossEntropy.forward(
          nll: losses, logits: logits.matrix, row: 0, targets: targets)
        CrossEntropy.backward(
          logits: logits.matrix, row: 0, sum: sum, targets: targets, counts: counts, scale: 0.25)
      }
    }
    func loss(_ x: [Double], _ target: Int32) -> Double {
      Foundation.log(x.reduce(0) { $0 + Foundation.exp($1) }) - x[Int(target)]
    }
    for (i, target) in targets.enumerated() {
      #expect(abs(Double(nll.start[i]) - loss(x, target)) < 1e-5)
    }
    let gradient = centralDifferences(x) { x in
      0.25 * zip(targets, counts).reduce(0) { $0 + Double($1.1) * loss(x, $1.0) }
    }
    for v in 0..<V { #expect(abs(logits[0, v] - gradient[v]) < 1e-6) }
  }

  /// Rows that PyTorch computed in float64; see `record.py` beside them.
  private struct Fixture: Decodable {
    struct Row: Decodable {
      let share: Float
      let scale: Float
      let logits: [Float]
      let p: [Float]
      let counts: [Int32]
      let nll: [Double]
      let gradient: [Double]
    }
    let rows: [Row]
  }

  /// The inputs are rounded to floats, which errs by 6e-8 of logits below 10, and so do a few steps.
  @Test func softTargetsArePyTorchs() throws {
    let fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: Fixtures.url("soft-targets/cross-entropy.json")))
    #expect(fixture.rows.count == 5)
    for row in fixture.rows {
      let found = Self.softRow(row.logits, row.p, row.counts, share: row.share, scale: row.scale)
      let tokens = row.counts.indices.filter { row.counts[$0] > 0 }
      for (nll, token) in zip(found.nll, tokens) {
        #expect(abs(Double(nll) - row.nll[token]) < 3e-6)
      }
      for (a, b) in zip(found.gradient, row.gradient) {
        #expect(abs(Double(a) - b) < 2e-6 * Double(row.counts.reduce(0, +)))
      }
    }
  }

  @Test(arguments: lengths.dropFirst()) func softGradientsAreCentralDifferences(_ V: Int) {
    var noise = Noise(UInt64(V))
    let logits = noise.floats(V).map { 5 * $0 }
    let weights = noise.floats(V).map { Double(1.1 + $0) }
    let p = weights.map { $0 / weights.reduce(0, +) }
    let counts = (0..<V).map { Int32($0 == V / 2 ? 2 : $0 == 0 ? 3 : 0) }
    let n = Double(counts.reduce(0, +))
    for share in [0.25, 1] {
      let found = Self.softRow(
        logits, p.map(Float.init), counts, share: Float(share), scale: 0.5)
      let gradient = centralDifferences(logits.map(Double.init)) { x in
        let sum = Foundation.log(x.reduce(0) { $0 + Foundation.exp($1) })
        return 0.5
          * x.indices.reduce(0) { loss, v in
            loss + ((1 - share) * Double(counts[v]) + share * n * p[v]) * (sum - x[v])
          }
      }
      #expect(zip(found.gradient, gradient).allSatisfy { abs(Double($0) - $1) < 1e-6 })
    }
  }

  /// The losses of the tokens that are counted, and the gradient of the logits.
  private static func softRow(
    _ logits: [Float], _ p: [Float], _ counts: [Int32], share: Float, scale: Float
  ) -> (nll: [Float], gradient: [Float]) {
    var noise = Noise()
    let row = TestMatrix(1, logits.count, &noise)
    for (v, logit) in logits.enumerated() { row.matrix.start[v] = logit }
    let tokens = counts.indices.filter { counts[$0] > 0 }
    let targets = tokens.map(Int32.init)
    let each = tokens.map { counts[$0] }
    let nll = FloatBuffer(count: tokens.count)
    let soft = FloatBuffer(count: p.count)
    for (v, prob) in p.enumerated() { soft.start[v] = prob }
    targets.withUnsafeBufferPointer { targets in
      each.withUnsafeBufferPointer { each in
        let sum = CrossEntropy.forward(
          nll: nll.floats, logits: row.matrix, row: 0, targets: targets)
        CrossEntropy.backward(
          logits: row.matrix, row: 0, sum: sum, targets: targets, counts: each, scale: scale,
          soft: soft.start, share: share)
      }
    }
    return (Array(nll.floats), row.values.map(Float.init))
  }

  @Test func aRowWithoutTargetsHasNoGradient() {
    var noise = Noise()
    let logits = TestMatrix(1, 9, &noise)
    let none = UnsafeBufferPointer<Int32>(start: nil, count: 0)
    let nll = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    let sum = CrossEntropy.forward(nll: nll, logits: logits.matrix, row: 0, targets: none)
    CrossEntropy.backward(
      logits: logits.matrix, row: 0, sum: sum, targets: none, counts: none, scale: 1)
    #expect(logits.values.allSatisfy { $0 == 0 })
  }
}
