import Testing

@testable import Shared

@Suite struct TensorTests {
  @Test func aShapeCountsItsElements() {
    func count(_ shape: [Int], _ dtype: Dtype = .I64) -> Int? {
      TensorShape(name: "a", dtype: dtype, shape: shape).count
    }
    #expect(count([]) == 1)
    #expect(count([2, 3, 4]) == 24)
    #expect(count([0]) == 0)
    #expect(count([Int.max, Int.max, 0]) == 0)
    #expect(count([1 << 31, 1 << 31]) == nil)
    #expect(count([1 << 60]) == nil)
    #expect(count([1 << 59]) == 1 << 59)
    #expect(count([Int.max], .U8) == Int.max)
    #expect(count([Int.max, 2], .U8) == nil)
  }

  @Test func valuesFillTheShape() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(name: "a", shape: [2], values: .i64([1]))
    }
  }

  @Test(
    arguments: [
      ("1", 1), ("-0", -0.0), ("0.1", 0.1), ("inf", .infinity), ("-inf", -.infinity),
      ("1e-45", .leastNonzeroMagnitude),
    ] as [(Substring, Float)])
  func floatsReadBack(field: Substring, value: Float) {
    #expect(Float(field: field)?.bitPattern == value.bitPattern)
    #expect(value.shortest == field)
  }

  @Test func wholeNumbersHaveNoFraction() {
    #expect(Float(27).shortest == "27")
    #expect(Double(-3).shortest == "-3")
    #expect(Double(0.5).shortest == "0.5")
    #expect(Int64.min.shortest == "-9223372036854775808")
  }

  @Test func everyFloatReadsBack() {
    var random = Noise(5)
    for _ in 0..<5000 {
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if !float.isNaN {
        #expect(Float(field: Substring(float.shortest))?.bitPattern == float.bitPattern)
      }
      let double = Double(bitPattern: random.next())
      if !double.isNaN {
        #expect(Double(field: Substring(double.shortest))?.bitPattern == double.bitPattern)
      }
    }
  }
}
