#if DEBUG
  import TestSupport
  import Testing

  @testable import Shared

  /// What each kernel asserts of its operands: release builds trust it.
  @Suite struct KernelAssertionTests {
    @Test func aPartLiesWithinItsMatrix() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        _ = Matrix(TestMatrix(2, 16, &noise).matrix, from: 10, columns: 7)
      }
    }

    @Test func aLayerNormNeedsAStatisticOfEachRow() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let x = TestMatrix(3, 8, &noise)
        let (statistics, weight) = (FloatBuffer(count: 2), FloatBuffer(count: 8))
        LayerNorm.forward(
          out: x.matrix, mean: statistics.vector, rstd: statistics.vector, input: x.matrix,
          weight: weight.vector, bias: weight.vector, rows: 0..<3)
      }
    }

    @Test func aGELUWritesWholeTiles() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let x = TestMatrix(3, 32, &noise)
        let part = Matrix(x.matrix, from: 0, columns: 8)
        GELU.forward(out: part, input: part, rows: 0..<3)
      }
    }

    @Test func scoresAreWholeTiles() async {
      await #expect(processExitsWith: .failure) {
        let scores = FloatBuffer(count: 24)
        Softmax.forward(scores.start, count: 20, columns: 24, scale: 1)
      }
    }

    @Test func scoresHaveRoomForEachPath() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let tree = PrefixTree([[Int32](repeating: 1, count: 16)], blockSize: 17)
        let scores = TestMatrix(17, Attention.scoresPerHead(longest: 16), &noise)
        let (out, qkv) = (TestMatrix(17, 8, &noise), TestMatrix(17, 24, &noise))
        tree.withNodes { nodes in
          Attention(NH: 1, C: 8, tree: nodes.paths, longest: 16)
            .forward(out: out.matrix, probs: scores.matrix, qkv: qkv.matrix, rows: 0..<17)
        }
      }
    }

    @Test func aTargetIsAToken() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let nll = FloatBuffer(count: 1)
        let target: [Int32] = [9]
        target.withUnsafeBufferPointer {
          _ = CrossEntropy.forward(
            nll: nll.floats, logits: TestMatrix(1, 9, &noise).matrix, row: 0, targets: $0)
        }
      }
    }

    @Test func anEmbeddingHasItsTokens() async {
      await #expect(processExitsWith: .failure) {
        var noise = Noise()
        let table = FloatBuffer(count: 16)
        let two = Matrix(unpadded: table.start, rows: 2, columns: 8)
        Embedding.forward(
          out: TestMatrix(1, 8, &noise).matrix, wte: two, wpe: two, tokens: [2], positions: [0],
          rows: 0..<1)
      }
    }

    @Test func anOptimizerStaysInItsRange() async {
      await #expect(processExitsWith: .failure) {
        let (p, m, v) = (FloatBuffer(count: 8), FloatBuffer(count: 8), FloatBuffer(count: 7))
        [UnsafePointer(p.start)].withUnsafeBufferPointer { g in
          AdamW().update(
            p: p.floats, m: m.floats, v: v.floats, g: g, range: 0..<8, step: 1, rate: 0.1, decay: 0)
        }
      }
    }
  }
#endif
