// swift-format-ignore-file: AlwaysUseLowerCamelCase
import Foundation
import Testing

@testable import Shared

@Suite struct NewtonSchulzTests {
  /// The iteration as it is written down, on X itself, in Double.
  static func naive(
    _ x: [[Double]], _ steps: [NewtonSchulz.Step], epsilon: Double = 1e-7
  ) -> [[Double]] {
    let (rows, columns) = (x.count, x[0].count)
    if rows > columns { return transposed(naive(transposed(x), steps, epsilon: epsilon)) }
    let norm = max(x.joined().reduce(0) { $0 + $1 * $1 }.squareRoot(), epsilon)
    var X = x.map { $0.map { $0 / norm } }
    for step in steps {
      let A = product(X, transposed(X))
      let AA = product(A, A)
      let P = (0..<rows).map { i in
        (0..<rows).map { j in
          Double(step.b) * A[i][j] + Double(step.c) * AA[i][j] + (i == j ? Double(step.a) : 0)
        }
      }
      X = product(P, X)
    }
    return X
  }

  static func transposed(_ x: [[Double]]) -> [[Double]] {
    x[0].indices.map { j in x.map { $0[j] } }
  }

  static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    let columns = transposed(b)
    return a.map { row in columns.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  static func orthogonalized(
    _ x: [[Float]], _ steps: [NewtonSchulz.Step], in room: NewtonSchulz? = nil
  ) -> [[Float]] {
    let room = room ?? NewtonSchulz(steps, rows: x.count, columns: x[0].count)
    let input = room.input(rows: x.count, columns: x[0].count)
    for (i, row) in x.enumerated() {
      for (j, value) in row.enumerated() { input.row(i)[j] = value }
    }
    let out = room.orthogonalize(rows: x.count, columns: x[0].count)
    return x.indices.map { i in x[0].indices.map { out.row(i)[$0] } }
  }

  static func noise(_ rows: Int, _ columns: Int, _ seed: UInt64 = 1) -> [[Float]] {
    var noise = Noise(seed)
    return (0..<rows).map { _ in noise.floats(columns) }
  }

  @Test(arguments: [
    (1, 1), (1, 5), (5, 1), (7, 7), (8, 24), (15, 16), (16, 16), (17, 9), (24, 96), (31, 64),
    (64, 64), (64, 192), (64, 256), (256, 64), (65, 130),
  ])
  func itIsTheIterationOnTheMatrixItself(_ rows: Int, _ columns: Int) {
    for steps in [NewtonSchulz.polarExpress, NewtonSchulz.quintic, [.init(1.5, -0.5, 0)]] {
      let x = Self.noise(rows, columns)
      let expected = Self.naive(x.map { $0.map(Double.init) }, steps)
      let found = Self.orthogonalized(x, steps)
      // Each product rounds sums of C terms below 1 to 6e-8; five steps multiply that by the slope
      // at 0, at most 3.4^5 or 78, where the matrix is nearly singular.
      for (row, other) in zip(found, expected) {
        for (a, b) in zip(row, other) { #expect(abs(Double(a) - b) < 5e-4, "\(rows) x \(columns)") }
      }
    }
  }

  @Test func theSizeOfAMatrixDoesNotMatter() {
    let x = Self.noise(12, 20)
    let one = Self.orthogonalized(x, NewtonSchulz.polarExpress)
    let other = Self.orthogonalized(x.map { $0.map { $0 * 0x1p-10 } }, NewtonSchulz.polarExpress)
    // A power of two changes no digit.
    #expect(one == other)
    let zero = Self.orthogonalized(
      Array(repeating: Array(repeating: 0, count: 9), count: 4), NewtonSchulz.polarExpress)
    #expect(zero.joined().allSatisfy { $0 == 0 })
  }

  /// Rows and columns that are zero stay zero: parts that a model goes without.
  @Test func zerosStayZero() {
    for (rows, columns) in [(8, 24), (24, 8), (16, 16)] {
      var x = Self.noise(rows, columns)
      for i in 0..<rows {
        for j in 0..<columns where i % 3 == 1 || j % 4 == 2 { x[i][j] = 0 }
      }
      let found = Self.orthogonalized(x, NewtonSchulz.polarExpress)
      for i in 0..<rows {
        for j in 0..<columns where i % 3 == 1 || j % 4 == 2 { #expect(found[i][j] == 0) }
      }
    }
  }

  @Test func singularValuesComeNearOne() {
    // Of a diagonal matrix they are the elements, here divided by a norm of at most 2.
    for exponent in stride(from: 0, through: 2.5, by: 0.25) {
      let x = (0..<4).map { i in
        (0..<4).map { $0 == i ? Float(pow(10, -exponent * Double(i) / 3)) : 0 }
      }
      let found = Self.orthogonalized(x, NewtonSchulz.polarExpress)
      for i in 0..<4 { #expect(found[i][i] > 0.134 && found[i][i] < 1.866) }
      let five = Self.orthogonalized(x, NewtonSchulz.quintic)
      for i in 0..<4 { #expect(five[i][i] > 0.6 && five[i][i] < 1.3) }
    }
  }

  @Test func memoryThatWasUsedBeforeChangesNothing() {
    let room = NewtonSchulz(NewtonSchulz.polarExpress, rows: 20, columns: 33)
    let small = Self.noise(5, 9)
    let first = Self.orthogonalized(small, room.steps, in: room)
    _ = Self.orthogonalized(Self.noise(20, 33), room.steps, in: room)
    #expect(Self.orthogonalized(small, room.steps, in: room) == first)
    _ = Self.orthogonalized(Self.noise(33, 20), room.steps, in: room)
    #expect(Self.orthogonalized(small, room.steps, in: room) == first)
  }
}

extension NewtonSchulz {
  /// Five times the same polynomial, whose slope at 0 is large (Jordan and others 2024, Muon): what
  /// `torch.optim.Muon` does.
  static let quintic = [Step](repeating: Step(3.4445, -4.7750, 2.0315), count: 5)
}
