import Foundation
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
