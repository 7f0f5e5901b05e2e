// swift-format-ignore-file: AlwaysUseLowerCamelCase

extension TreePass {
  /// Computes the gradients of all parameters, from those of the last layer's queries up.
  ///
  /// Along with a layer go the sums over all rows of the layer after it, which are many and small:
  /// they fill the time in which a thread would wait for the last block.
  ///
  /// - Parameters:
  ///   - gradients: What the gradients are written to.
  ///   - adding: Whether they are added to what is there.
  ///   - jobs: Those of each layer, as `GradientJob.all` makes them.
  func backward(
    to gradients: TensorPointers, adding: Bool, _ jobs: [[GradientJob]], on pool: ThreadPool
  ) {
    let blocks = RowBlocks(0..<tree.count, threads: pool.threads)
    // Proof of safety: a block writes its own rows, a job its own part of the gradients; what they
    // read of others, an earlier run has written.
    nonisolated(unsafe) let (pass, gradients) = (self, gradients)
    for layer in (0..<config.nLayer).reversed() {
      let jobs = layer + 1 < config.nLayer ? jobs[layer + 1] : []
      pool.run(blocks.count + jobs.count) { piece in
        if piece >= blocks.count {
          return jobs[piece - blocks.count].run(pass, gradients, adding: adding)
        }
        let rows = blocks[piece]
        pass.collectBackward(layer, rows)
        pass.projectBackward(layer, rows)
        if layer > 0 {
          pass.transformBackward(layer - 1, rows)
          pass.attendBackward(layer - 1, rows)
        }
      }
    }
    let jobs = jobs[0]
    pool.run(jobs.count) { jobs[$0].run(pass, gradients, adding: adding) }
  }

  /// Goes back through `predict`, which left the gradient of the logits.
  func predictBackward(_ range: Range<Int>) {
    // logits = lnf head^T
    MatrixProduct.multiply(out: top.dLnf, a: top.logits, b: head.plain, rows: range)
    // lnf = norm(x)
    LayerNorm.backward(
      dInput: top.dX, bypass: nil, dOut: top.dLnf, input: top.x, weight: places.lnfWeight,
      mean: top.meanF, rstd: top.rstdF, rows: range)
  }

  /// Goes back through `transform`.
  func transformBackward(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    let dX = dXAfter(layer)
    // x = mid + hidden Wout + bout
    MatrixProduct.multiply(
      out: top.dHidden, a: dX, b: weight(layer, .out).transposed, rows: range)
    // hidden = gelu(inner)
    GELU.backward(derivative: a.inner, dOut: top.dHidden, rows: range)
    // inner = ln2 Wfc + bfc
    MatrixProduct.multiply(
      out: a.dLn2, a: a.inner, b: weight(layer, .fc).transposed, rows: range)
    // ln2 = norm(mid)
    LayerNorm.backward(
      dInput: a.dMid, bypass: dX, dOut: a.dLn2, input: a.mid, weight: w.ln2Weight, mean: a.mean2,
      rstd: a.rstd2, rows: range)
  }

  /// Goes back through `attend`, as far as a row needs no other: to its scores and its query.
  func attendBackward(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    // mid = x + attended Wproj + bproj
    MatrixProduct.multiply(
      out: a.dAttended, a: a.dMid, b: weight(layer, .proj).transposed, rows: range)
    training.dropout(layer, .attended)?.apply(to: a.dAttended, rows: range)
    // attended = attention(qkv)
    attention.backwardQueries(
      dQKV: a.dQKV, dScores: a.dScores, dOut: a.dAttended, probs: a.probs, qkv: a.qkv, rows: range)
  }

  /// Goes back through the rest of `attend`: the keys and values collect from all descendants.
  private func collectBackward(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    // attended = attention(qkv)
    attention.backwardKeysAndValues(
      dQKV: a.dQKV, dScores: a.dScores, dOut: a.dAttended, probs: a.probs, qkv: a.qkv, rows: range)
  }

  /// Goes back through `project`.
  private func projectBackward(_ layer: Int, _ range: Range<Int>) {
    let a = rows(of: layer)
    let w = places.layers[layer]
    // qkv = ln1 Wqkv + bqkv
    MatrixProduct.multiply(
      out: a.dLn1, a: a.dQKV, b: weight(layer, .qkv).transposed, rows: range)
    // ln1 = norm(x), and x goes around the layer
    LayerNorm.backward(
      dInput: a.dX, bypass: a.dMid, dOut: a.dLn1, input: a.x, weight: w.ln1Weight, mean: a.mean1,
      rstd: a.rstd1, rows: range)
  }
}
