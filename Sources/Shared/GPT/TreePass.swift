// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// One pass over one tree: the steps, each for some of the rows.
///
/// Every step but attention works on each row by itself, so a thread takes a block of rows through
/// a whole run of steps while it is in the nearest cache. The threads meet only where attention
/// needs the rows of others: before it going forward, and in the middle of it going backward.
struct TreePass {
  /// What a pass leaves behind.
  enum Result {
    /// The logits of every node.
    case logits
    /// The loss of every target.
    case losses
    /// That, and the gradient of every activation.
    case gradients
  }

  let config: GPTConfig
  let result: Result
  let tree: PrefixTree.Nodes
  let places: TensorPointers
  let packed: PackedWeights
  let layers: [GPTActivations.Layer]
  let top: GPTActivations.Top
  let attention: Attention
  /// 1 / the number of scored tokens.
  let lossScale: Float

  init(
    _ result: Result, config: GPTConfig, tree: PrefixTree.Nodes, tokens: Int,
    places: TensorPointers,
    packed: PackedWeights, activations: GPTActivations
  ) {
    self.result = result
    self.config = config
    self.tree = tree
    self.places = places
    self.packed = packed
    layers = activations.layers
    top = activations.top
    attention = Attention(
      NH: config.nHead, C: config.nEmbd, tree: tree.paths, longest: activations.size.longest)
    lossScale = 1 / Float(tokens)
  }

  /// The weights of a layer that are packed, in the order of `PackedWeights.weights`.
  enum Projection: Int {
    case qkv, proj, fc, out
  }

  /// The rows of a layer.
  @inline(__always)
  func rows(of layer: Int) -> GPTActivations.Layer {
    layers[layers.count == config.nLayer ? layer : layer & 1]
  }

  /// The residual stream behind a layer.
  @inline(__always)
  func xAfter(_ layer: Int) -> Matrix {
    layer + 1 < config.nLayer ? rows(of: layer + 1).x : top.x
  }

  /// The gradient of the residual stream behind a layer.
  @inline(__always)
  func dXAfter(_ layer: Int) -> Matrix {
    layer + 1 < config.nLayer ? rows(of: layer + 1).dX : top.dX
  }

  @inline(__always)
  func weight(_ layer: Int, _ projection: Projection) -> PackedWeights.Weight {
    packed.weights[layer * 4 + projection.rawValue]
  }

  var head: PackedWeights.Weight { packed.weights[config.nLayer * 4] }
}

// Forward.
extension TreePass {
  /// Embeds tokens and positions, up to the first layer's queries, keys and values.
  func embed(_ range: Range<Int>) {
    Embedding.forward(
      out: rows(of: 0).x, wte: places.wte, wpe: places.wpe, tokens: tree.tokens,
      positions: tree.positions, rows: range)
    queries(0, range)
  }

  /// Normalizes the residual stream, and projects it to queries, keys and values.
  private func queries(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    LayerNorm.forward(
      out: a.ln1, mean: a.mean1, rstd: a.rstd1, input: a.x, weight: w.ln1Weight, bias: w.ln1Bias,
      rows: range)
    MatrixProduct.multiply(
      out: a.qkv, a: a.ln1, b: weight(layer, .qkv).plain, bias: w.qkvBias, rows: range)
  }

  /// Computes a layer from its attention to the next layer's queries, keys and values, or to the
  /// end.
  func layer(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    attention.forward(out: a.attended, probs: a.probs, qkv: a.qkv, rows: range)
    MatrixProduct.multiply(
      out: a.mid, a: a.attended, b: weight(layer, .proj).plain, bias: w.projBias, residual: a.x,
      rows: range)
    LayerNorm.forward(
      out: a.ln2, mean: a.mean2, rstd: a.rstd2, input: a.mid, weight: w.ln2Weight, bias: w.ln2Bias,
      rows: range)
    MatrixProduct.multiply(
      out: a.inner, a: a.ln2, b: weight(layer, .fc).plain, bias: w.fcBias, rows: range)
    if result == .gradients {
      GELU.forward(out: a.hidden, derivative: a.inner, rows: range)
    } else {
      GELU.forward(out: a.hidden, input: a.inner, rows: range)
    }
    MatrixProduct.multiply(
      out: xAfter(layer), a: a.hidden, b: weight(layer, .out).plain, bias: w.outBias,
      residual: a.mid, rows: range)
    if layer + 1 < config.nLayer { queries(layer + 1, range) } else { finish(range) }
  }

  /// Computes the logits and, if wanted, the losses and the gradients that need no other rows.
  private func finish(_ range: Range<Int>) {
    LayerNorm.forward(
      out: top.lnf, mean: top.meanF, rstd: top.rstdF, input: top.x, weight: places.lnfWeight,
      bias: places.lnfBias, rows: range)
    MatrixProduct.multiply(out: top.logits, a: top.lnf, b: head.transposed, rows: range)
    guard result != .logits else { return }
    for row in range {
      let found = tree.targetRange(row)
      let targets = UnsafeBufferPointer(start: tree.targets + found.lowerBound, count: found.count)
      let sum = CrossEntropy.forward(
        nll: top.nll + found.lowerBound, logits: top.logits.row(row), V: config.vocabSize,
        targets: targets)
      guard result == .gradients else { continue }
      let counts = UnsafeBufferPointer(
        start: tree.targetCounts + found.lowerBound, count: found.count)
      CrossEntropy.backward(
        logits: top.logits.row(row), V: config.vocabSize, sum: sum, targets: targets,
        counts: counts, scale: lossScale)
    }
    guard result == .gradients else { return }
    MatrixProduct.multiply(out: top.dLnf, a: top.logits, b: head.plain, rows: range)
    LayerNorm.backward(
      dInput: top.dX, bypass: nil, dOut: top.dLnf, input: top.x, weight: places.lnfWeight,
      mean: top.meanF, rstd: top.rstdF, rows: range)
    backwardToQueries(config.nLayer - 1, range)
  }
}

// Backward.
extension TreePass {
  /// Goes back through a layer's MLP and projection to its queries.
  private func backwardToQueries(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    let dOut = dXAfter(layer)
    // x' = mid + hidden W_out + b
    MatrixProduct.multiply(
      out: top.dHidden, a: dOut, b: weight(layer, .out).transposed, rows: range)
    // hidden = gelu(inner)
    GELU.backward(derivative: a.inner, dOut: top.dHidden, rows: range)
    // inner = ln2(mid) W_fc + b
    MatrixProduct.multiply(
      out: a.dLn2, a: a.inner, b: weight(layer, .fc).transposed, rows: range)
    LayerNorm.backward(
      dInput: a.dMid, bypass: dOut, dOut: a.dLn2, input: a.mid, weight: w.ln2Weight,
      mean: a.mean2, rstd: a.rstd2, rows: range)
    // mid = x + attended W_proj + b
    MatrixProduct.multiply(
      out: a.dAttended, a: a.dMid, b: weight(layer, .proj).transposed, rows: range)
    attention.backwardQueries(
      dQKV: a.dQKV, dScores: a.dScores, dOut: a.dAttended, probs: a.probs, qkv: a.qkv, rows: range)
  }

  /// Goes back from a layer's keys and values to the queries of the layer before it.
  func backward(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    attention.backwardKeysAndValues(
      dQKV: a.dQKV, dScores: a.dScores, dOut: a.dAttended, probs: a.probs, qkv: a.qkv, rows: range)
    // qkv = ln1(x) W_qkv + b
    MatrixProduct.multiply(
      out: a.dLn1, a: a.dQKV, b: weight(layer, .qkv).transposed, rows: range)
    LayerNorm.backward(
      dInput: a.dX, bypass: a.dMid, dOut: a.dLn1, input: a.x, weight: w.ln1Weight,
      mean: a.mean1, rstd: a.rstd1, rows: range)
    if layer > 0 { backwardToQueries(layer - 1, range) }
  }
}
