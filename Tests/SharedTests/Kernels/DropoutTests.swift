import TestSupport
import Testing

@testable import Shared

@Suite struct DropoutTests {
  /// The specification: the factor of one channel.
  static func factor(_ p: Double, key: UInt64, name: UInt64, _ channel: Int) -> Float {
    let mixed = Dropout.mix(key ^ name)
    var x = UInt32(truncatingIfNeeded: mixed) &+ UInt32(channel)
    x = (x ^ x >> 16) &* 0x7FEB_352D
    x ^= UInt32(truncatingIfNeeded: mixed >> 32)
    x = (x ^ x >> 15) &* 0x846C_A68B
    x ^= x >> 16
    return Double(x) < (p * 0x1p32).rounded(.down) ? 0 : Float(1 / (1 - p))
  }

  @Test(arguments: lengths, [0.1, 0.5, 0.9]) func equalsTheNaiveOne(_ columns: Int, _ p: Double) {
    var noise = Noise(UInt64(columns))
    let x = TestMatrix(4, columns, &noise, offset: 3)
    let before = x.values
    let keys: [UInt64] = [5, 1 << 63, 5, 6]
    keys.withUnsafeBufferPointer {
      let dropout = Dropout(p, keys: $0.baseAddress!, name: 17)
      // In two parts, to begin in the middle.
      for rows in [0..<1, 1..<4] { dropout.apply(to: x.matrix, rows: rows) }
    }
    for row in 0..<4 {
      for c in 0..<columns {
        let factor = Self.factor(p, key: keys[row], name: 17, c)
        #expect(x.matrix.row(row)[c] == Float(before[row * columns + c]) * factor)
      }
    }
  }

  /// Of a million channels 0.1 are left out, give or take four times 3e-4; so are 0.01 of all pairs,
  /// give or take four times 1e-4, of neighbours, of two rows, of two masks, and of the same channel
  /// of keys that differ by a bit.
  @Test func channelsRowsAndMasksAreIndependent() {
    let p = 0.1
    let (rows, columns) = (4096, 256)
    func isLeftOut(_ key: Int, _ name: Int, _ c: Int) -> Bool {
      Self.factor(p, key: UInt64(key), name: UInt64(name), c) == 0
    }
    var count = 0
    var pairs = [0, 0, 0, 0]
    for row in 0..<rows {
      for c in 0..<columns where isLeftOut(row, 1, c) {
        count += 1
        if isLeftOut(row, 1, c + 1) { pairs[0] += 1 }
        if isLeftOut(row + 1, 1, c) { pairs[1] += 1 }
        if isLeftOut(row, 2, c) { pairs[2] += 1 }
        if isLeftOut(row ^ 1 << 40, 1, c) { pairs[3] += 1 }
      }
    }
    let all = Double(rows * columns)
    #expect(abs(Double(count) / all - p) < 1.2e-3)
    for pair in pairs { #expect(abs(Double(pair) / all - p * p) < 4e-4) }
  }

  @Test func leavingNothingOutChangesNothing() {
    var noise = Noise()
    let x = TestMatrix(2, 20, &noise)
    let before = x.values
    ([1, 2] as [UInt64]).withUnsafeBufferPointer {
      Dropout(0, keys: $0.baseAddress!, name: 3).apply(to: x.matrix, rows: 0..<2)
    }
    #expect(x.values == before)
  }
}
