// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// A part of the gradients of the parameters: sums over all rows, in rising order.
///
/// They are the right-hand column of the backward list of `TreePass`. No two jobs write the same
/// element, and none reads what another one writes.
enum GradientJob {
  /// A block of the gradient of a projection's weight, and of its bias.
  case projection(layer: Int, TreePass.Projection, block: Range<Int>, panel: Int)

  /// A block of the gradient of the head.
  case head(block: Range<Int>, panel: Int)

  /// The gradient of a layer's two layer norms.
  case layerNorms(layer: Int)

  /// The gradient of the last layer norm.
  case lastLayerNorm

  /// The gradient of the embeddings of tokens.
  case tokens

  /// The gradient of the embeddings of positions.
  case positions

  /// The jobs of each layer: those that can begin when the backward pass has left it.
  static func all(_ config: GPTConfig) -> [[GradientJob]] {
    let C = config.nEmbd
    let blockRows = 11 * MatrixProduct.tileRows
    // Panel after panel of one block, so that the block's columns of A stay in the second-level
    // cache: 100 instead of 80 GFLOP/s at a width of 384.
    func blocks(_ rows: Int, _ columns: Int) -> [(Range<Int>, Int)] {
      stride(from: 0, to: rows, by: blockRows).flatMap { first in
        stride(
          from: 0, to: PackedMatrix.panels(columns: columns), by: MatrixProduct.panelsAtOnce
        ).map { (first..<min(rows, first + blockRows), $0) }
      }
    }
    var jobs: [[GradientJob]] = (0..<config.nLayer).map { layer in
      let shapes: [(TreePass.Projection, Int, Int)] = [
        (.out, 4 * C, C), (.fc, C, 4 * C), (.proj, C, C), (.qkv, C, 3 * C),
      ]
      return shapes.flatMap { projection, rows, columns in
        blocks(rows, columns).map {
          .projection(layer: layer, projection, block: $0.0, panel: $0.1)
        }
      } + [.layerNorms(layer: layer)]
    }
    // The gradient of the head needs no backward pass, so any layer would do.
    jobs[config.nLayer - 1] += blocks(config.vocabSize, C).map { .head(block: $0.0, panel: $0.1) }
    jobs[config.nLayer - 1].append(.lastLayerNorm)
    jobs[0] += [.tokens, .positions]
    return jobs
  }

  /// Computes this part.
  ///
  /// - Parameter adding: Whether it is added to the gradient that is there.
  func run(_ pass: TreePass, _ gradients: TensorPointers, adding: Bool) {
    let rows = pass.tree.count
    switch self {
    case .projection(let layer, let projection, let block, let panel):
      let a = pass.rows(of: layer)
      let g = gradients.layers[layer]
      let (dB, dBias, input, dOut) =
        switch projection {
        case .qkv: (g.qkvWeight, g.qkvBias, a.ln1, a.dQKV)
        case .proj: (g.projWeight, g.projBias, a.attended, a.dMid)
        case .fc: (g.fcWeight, g.fcBias, a.ln2, a.inner)
        case .out: (g.outWeight, g.outBias, a.hidden, pass.dXAfter(layer))
        }
      MatrixProduct.multiplyTransposed(
        dB: dB, dBias: dBias, a: input, dOut: dOut, rows: rows, block: block, panel: panel,
        adding: adding)
    case .head(let block, let panel):
      MatrixProduct.multiplyTransposed(
        dB: gradients.head, dBias: nil, a: pass.top.logits, dOut: pass.top.lnf, rows: rows,
        block: block, panel: panel, adding: adding)
    case .layerNorms(let layer):
      let a = pass.rows(of: layer)
      let g = gradients.layers[layer]
      LayerNorm.backwardParameters(
        dWeight: g.ln1Weight, dBias: g.ln1Bias, dOut: a.dLn1, input: a.x, mean: a.mean1,
        rstd: a.rstd1, rows: rows, adding: adding)
      LayerNorm.backwardParameters(
        dWeight: g.ln2Weight, dBias: g.ln2Bias, dOut: a.dLn2, input: a.mid, mean: a.mean2,
        rstd: a.rstd2, rows: rows, adding: adding)
    case .lastLayerNorm:
      let top = pass.top
      LayerNorm.backwardParameters(
        dWeight: gradients.lnfWeight, dBias: gradients.lnfBias, dOut: top.dLnf, input: top.x,
        mean: top.meanF, rstd: top.rstdF, rows: rows, adding: adding)
    case .tokens:
      Embedding.backward(
        dTable: gradients.wte, dOut: pass.rows(of: 0).dX, indices: pass.tree.tokens, rows: rows,
        adding: adding)
    case .positions:
      Embedding.backward(
        dTable: gradients.wpe, dOut: pass.rows(of: 0).dX, indices: pass.tree.positions, rows: rows,
        adding: adding)
    }
  }
}
