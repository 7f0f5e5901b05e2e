import TestSupport
import Testing

@testable import Shared

@Suite struct EmbeddingTests {
  @Test(arguments: lengths) func equalsTheNaiveOne(_ C: Int) {
    var noise = Noise(UInt64(C))
    let (wte, wpe) = (noise.floats(5 * C), noise.floats(3 * C))
    let tokens: [Int32] = [0, 4, 4, 2]
    let positions: [Int32] = [0, 1, 2, 1]
    let out = TestMatrix(4, C, &noise, offset: 3)
    wte.withMatrix(rows: 5) { wte in
      wpe.withMatrix(rows: 3) { wpe in
        // In two parts, to begin in the middle.
        for rows in [0..<1, 1..<4] {
          Embedding.forward(
            out: out.matrix, wte: wte, wpe: wpe, tokens: tokens, positions: positions, rows: rows)
        }
      }
    }
    for row in 0..<4 {
      for c in 0..<C {
        let sum = wte[Int(tokens[row]) * C + c] + wpe[Int(positions[row]) * C + c]
        #expect(out[row, c] == Double(sum))
      }
    }
  }

  /// Sums of two floats below 1, so within one rounding of 6e-8 each time.
  @Test(arguments: lengths) func gradientsOfTheSameEntryAreSummed(_ C: Int) {
    var noise = Noise(UInt64(C))
    let dOut = TestMatrix(4, C, &noise)
    let indices: [Int32] = [0, 4, 4, 2]
    let dTable = FloatBuffer(count: 5 * C)
    for i in 0..<5 * C { dTable.start[i] = 9 }
    let table = Matrix(unpadded: dTable.start, rows: 5, columns: C)
    // Over what is there, then in addition to it.
    for adding in [false, true] {
      Embedding.backward(
        dTable: table, dOut: dOut.matrix, indices: indices, rows: 4, adding: adding)
    }
    for entry in 0..<5 {
      for c in 0..<C {
        let sum = (0..<4).reduce(0.0) { $0 + (Int(indices[$1]) == entry ? dOut[$1, c] : 0) }
        #expect(abs(Double(table.row(entry)[c]) - 2 * sum) < 5e-7)
      }
    }
  }
}
