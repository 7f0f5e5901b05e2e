import Foundation
import Testing

@testable import Shared

@Suite struct AdamWTests {
  @Test(arguments: lengths, [1, 3]) func equalsTheNaiveOne(_ count: Int, _ parts: Int) {
    var noise = Noise(UInt64(count))
    let start = noise.floats(count)
    let gradients = (0..<4).map { _ in (0..<parts).map { _ in noise.floats(count) } }
    let offset = 3
    let (p, m, v) = (
      FloatBuffer(count: count + offset), FloatBuffer(count: count + offset),
      FloatBuffer(count: count + offset)
    )
    let g = (0..<parts).map { _ in FloatBuffer(count: count + offset) }
    for i in 0..<count { p.start[offset + i] = start[i] }
    let adamW = AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-8)
    var expected = start.map(Double.init)
    var mean = [Double](repeating: 0, count: count)
    var square = mean
    for step in 1...4 {
      for (part, values) in zip(g, gradients[step - 1]) {
        for i in 0..<count { part.start[offset + i] = values[i] }
      }
      g.map { UnsafePointer($0.start) }.withUnsafeBufferPointer { g in
        adamW.update(
          p: p.floats, m: m.floats, v: v.floats, g: g, range: offset..<offset + count, step: step,
          rate: 0.01, decay: 0.1)
      }
      for i in 0..<count {
        let gradient = gradients[step - 1].reduce(0) { $0 + Double($1[i]) }
        expected[i] *= 1 - 0.01 * 0.1
        mean[i] = 0.9 * mean[i] + 0.1 * gradient
        square[i] = 0.99 * square[i] + 0.01 * gradient * gradient
        let meanHat = mean[i] / (1 - pow(0.9, Double(step)))
        let squareHat = square[i] / (1 - pow(0.99, Double(step)))
        expected[i] -= 0.01 * meanHat / (squareHat.squareRoot() + 1e-8)
      }
    }
    for i in 0..<count { #expect(abs(Double(p.start[offset + i]) - expected[i]) < 1e-6) }
    #expect((0..<offset).allSatisfy { p.start[$0] == 0 })
  }
}
