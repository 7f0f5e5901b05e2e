import Foundation
import Testing

@testable import Shared

@Suite struct VectorMathTests {
  /// Calls a body with some floats between bounds, evenly spread, eight at a time.
  private func sweep(_ range: ClosedRange<Float>, _ body: (Vector) -> Void) {
    let count = 20_000
    let step = (range.upperBound - range.lowerBound) / Float(count)
    for i in stride(from: 0, to: count, by: 8) {
      var x = Vector()
      for lane in 0..<8 { x[lane] = range.lowerBound + Float(i + lane) * step }
      body(x)
    }
  }

  /// The largest error of a function, in units of the last place of the true value.
  private func largestError(
    _ range: ClosedRange<Float>, _ f: (Vector) -> Vector, _ truth: (Double) -> Double
  ) -> Double {
    var largest = 0.0
    sweep(range) { x in
      let y = f(x)
      for lane in 0..<8 {
        let exact = truth(Double(x[lane]))
        guard exact != 0 else { continue }
        largest = max(largest, abs(Double(y[lane]) - exact) / Double(Float(exact).ulp))
      }
    }
    return largest
  }

  @Test func expIsWithinTwoUnits() {
    #expect(largestError(-87.3...88.3, VectorMath.exp, Foundation.exp) < 2)
    #expect(largestError(-1...1, VectorMath.exp, Foundation.exp) < 2)
  }

  @Test func expOfTheExtremes() {
    let x = Vector(-.infinity, -200, -88, 0, 88.37, 200, .infinity, .nan)
    let y = VectorMath.exp(x)
    #expect(y[0] == 0 && y[1] == 0 && y[2] == 0 && y[3] == 1)
    #expect(y[4] > 2e38 && y[5] > 2e38 && y[6] > 2e38 && y[5].isFinite && y[6].isFinite)
    #expect(y[7].isNaN)
  }

  @Test func logIsWithinTwoUnits() {
    #expect(largestError(0.001...0.9, VectorMath.log, Foundation.log) < 2)
    #expect(largestError(0.9...1.1, VectorMath.log, Foundation.log) < 2)
    #expect(largestError(1.1...1e6, VectorMath.log, Foundation.log) < 2)
    #expect(VectorMath.log(Vector(repeating: 1))[0] == 0)
  }

  @Test func sigmoidIsWithinItsBound() {
    sweep(-20...20) { x in
      let sigmoid = VectorMath.sigmoid(WideVector(lowHalf: x, highHalf: -x))
      for lane in 0..<8 {
        let exact = 1 / (1 + Foundation.exp(-Double(x[lane])))
        #expect(abs(Double(sigmoid[lane]) - exact) < 2e-7)
        #expect(abs(Double(sigmoid[lane + 8]) - (1 - exact)) < 2e-7)
      }
    }
    let ends = VectorMath.sigmoid(
      WideVector(lowHalf: Vector(-200, 200, 0, 0, 0, 0, 0, 0), highHalf: Vector()))
    #expect(ends[0] >= 0 && ends[0] < 1e-37 && ends[1] == 1 && ends[2] == 0.5)
  }
}
