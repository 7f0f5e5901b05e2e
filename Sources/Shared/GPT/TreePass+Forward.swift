// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension TreePass {
  /// Computes rows from their tokens to their logits and, if wanted, losses.
  ///
  /// For gradients, the last run continues backward as far as a row needs no other.
  func forward(_ rows: Range<Int>, on pool: ThreadPool) {
    let blocks = RowBlocks(rows, threads: pool.threads)
    // Proof of safety: a block writes its own rows, and reads others that an earlier run has written.
    nonisolated(unsafe) let pass = self
    pool.run(blocks.count) { block in
      pass.embed(blocks[block])
      pass.project(0, blocks[block])
    }
    for layer in 0..<config.nLayer {
      pool.run(blocks.count) { block in
        let rows = blocks[block]
        pass.attend(layer, rows)
        pass.transform(layer, rows)
        if layer + 1 < pass.config.nLayer {
          pass.project(layer + 1, rows)
        } else {
          pass.predict(rows)
          if pass.result == .gradients {
            pass.predictBackward(rows)
            pass.transformBackward(layer, rows)
            pass.attendBackward(layer, rows)
          }
        }
      }
    }
  }

  /// Embeds tokens and positions.
  ///
  ///     x = wte[token] + wpe[position]
  private func embed(_ range: Range<Int>) {
    Embedding.forward(
      out: rows(of: 0).x, wte: places.wte, wpe: places.wpe, tokens: tree.tokens,
      positions: tree.positions, rows: range)
  }

  /// Projects the residual stream to queries, keys and values.
  ///
  ///     ln1 = norm(x),  qkv = ln1 Wqkv + bqkv
  private func project(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    LayerNorm.forward(
      out: a.ln1, mean: a.mean1, rstd: a.rstd1, input: a.x, weight: w.ln1Weight, bias: w.ln1Bias,
      rows: range)
    MatrixProduct.multiply(
      out: a.qkv, a: a.ln1, b: weight(layer, .qkv).plain, bias: w.qkvBias, rows: range)
  }

  /// Attends to the ancestors, and adds what comes of it to the residual stream.
  ///
  ///     attended = attention(qkv),  mid = x + attended Wproj + bproj
  private func attend(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    attention.forward(out: a.attended, probs: a.probs, qkv: a.qkv, rows: range)
    training.dropout(layer, .attended)?.apply(to: a.attended, rows: range)
    MatrixProduct.multiply(
      out: a.mid, a: a.attended, b: weight(layer, .proj).plain, bias: w.projBias, residual: a.x,
      rows: range)
  }

  /// Transforms each node by itself, in the MLP.
  ///
  ///     ln2 = norm(mid),  inner = ln2 Wfc + bfc,  hidden = gelu(inner)
  ///     x = mid + hidden Wout + bout
  private func transform(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    LayerNorm.forward(
      out: a.ln2, mean: a.mean2, rstd: a.rstd2, input: a.mid, weight: w.ln2Weight, bias: w.ln2Bias,
      rows: range)
    MatrixProduct.multiply(
      out: a.inner, a: a.ln2, b: weight(layer, .fc).plain, bias: w.fcBias, rows: range)
    if result == .gradients {
      GELU.forward(
        out: a.hidden, derivative: a.inner, dropout: training.dropout(layer, .hidden), rows: range)
    } else {
      GELU.forward(out: a.hidden, input: a.inner, rows: range)
    }
    MatrixProduct.multiply(
      out: xAfter(layer), a: a.hidden, b: weight(layer, .out).plain, bias: w.outBias,
      residual: a.mid, rows: range)
  }

  /// Computes the logits and, if wanted, the losses and the gradient of the logits.
  ///
  ///     lnf = norm(x),  logits = lnf head^T,  nll = cross entropy
  private func predict(_ range: Range<Int>) {
    LayerNorm.forward(
      out: top.lnf, mean: top.meanF, rstd: top.rstdF, input: top.x, weight: places.lnfWeight,
      bias: places.lnfBias, rows: range)
    MatrixProduct.multiply(out: top.logits, a: top.lnf, b: head.transposed, rows: range)
    guard result != .logits else { return }
    for row in range {
      let found = tree.targetRange(row)
      let targets = UnsafeBufferPointer(start: tree.targets + found.lowerBound, count: found.count)
      let nll = UnsafeMutableBufferPointer(
        start: top.nll.start + found.lowerBound, count: found.count)
      let sum = CrossEntropy.forward(nll: nll, logits: top.logits, row: row, targets: targets)
      guard result == .gradients else { continue }
      let counts = UnsafeBufferPointer(
        start: tree.targetCounts + found.lowerBound, count: found.count)
      training.withSoftTargets(of: row, isScored: !found.isEmpty) { soft, share in
        CrossEntropy.backward(
          logits: top.logits, row: row, sum: sum, targets: targets, counts: counts,
          scale: lossScale, soft: soft, share: share)
      }
    }
  }
}
