// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// Pointers to the tensors of one set of parameters, for the passes.
struct GPTPlaces {
  /// The tensors of one layer.
  struct Layer {
    let ln1Weight: UnsafeMutablePointer<Float>
    let ln1Bias: UnsafeMutablePointer<Float>
    let qkvWeight: UnsafeMutablePointer<Float>
    let qkvBias: UnsafeMutablePointer<Float>
    let projWeight: UnsafeMutablePointer<Float>
    let projBias: UnsafeMutablePointer<Float>
    let ln2Weight: UnsafeMutablePointer<Float>
    let ln2Bias: UnsafeMutablePointer<Float>
    let fcWeight: UnsafeMutablePointer<Float>
    let fcBias: UnsafeMutablePointer<Float>
    let outWeight: UnsafeMutablePointer<Float>
    let outBias: UnsafeMutablePointer<Float>
  }

  let wte: UnsafeMutablePointer<Float>
  let wpe: UnsafeMutablePointer<Float>
  let layers: [Layer]
  let lnfWeight: UnsafeMutablePointer<Float>
  let lnfBias: UnsafeMutablePointer<Float>
  let head: UnsafeMutablePointer<Float>

  /// Finds the tensors, which lie in the order of `GPTParameters.tensors`.
  init(_ parameters: GPTParameters) {
    let tensors = parameters.tensors
    var next = 0
    func take() -> UnsafeMutablePointer<Float> {
      next += 1
      return parameters.start + tensors[next - 1].range.lowerBound
    }
    wte = take()
    wpe = take()
    layers = (0..<parameters.config.nLayer).map { _ in
      Layer(
        ln1Weight: take(), ln1Bias: take(), qkvWeight: take(), qkvBias: take(),
        projWeight: take(), projBias: take(), ln2Weight: take(), ln2Bias: take(),
        fcWeight: take(), fcBias: take(), outWeight: take(), outBias: take())
    }
    lnfWeight = take()
    lnfBias = take()
    head = take()
  }
}

/// The weights of the products, packed for the forward pass and, transposed, for the backward one.
struct GPTPacked {
  /// One packed weight.
  struct Weight {
    /// The tensor: (rows, columns) as it is stored.
    let source: UnsafePointer<Float>
    let rows: Int
    let columns: Int

    /// Packed as it is stored.
    let plain: UnsafeMutablePointer<Float>

    /// Packed transposed.
    let transposed: UnsafeMutablePointer<Float>

    /// Packs some rows, which begin at a multiple of 16, both ways.
    func pack(_ some: Range<Int>) {
      PackedMatrix.pack(plain, source: source, rows: rows, columns: columns, some: some)
      // Sixteen rows are a panel of the transpose.
      let width = PackedMatrix.width
      for index in some.lowerBound / width..<PackedMatrix.panels(columns: some.upperBound) {
        PackedMatrix.pack(
          panel: transposed + index &* columns &* width, index: index, transposed: source,
          rows: columns, columns: rows)
      }
    }
  }

  /// For each layer the weights of c_attn, attn.c_proj, c_fc and mlp.c_proj; last the head.
  let weights: [Weight]

  private let buffer: FloatBuffer

  init(_ config: GPTConfig, _ places: GPTPlaces) {
    let C = config.nEmbd
    var plan: [(UnsafePointer<Float>, Int, Int)] = []
    for layer in places.layers {
      plan.append((UnsafePointer(layer.qkvWeight), C, 3 * C))
      plan.append((UnsafePointer(layer.projWeight), C, C))
      plan.append((UnsafePointer(layer.fcWeight), C, 4 * C))
      plan.append((UnsafePointer(layer.outWeight), 4 * C, C))
    }
    plan.append((UnsafePointer(places.head), config.vocabSize, C))
    let counts = plan.map { _, rows, columns in
      (
        PackedMatrix.count(rows: rows, columns: columns),
        PackedMatrix.count(rows: columns, columns: rows)
      )
    }
    buffer = FloatBuffer(count: counts.reduce(0) { $0 + $1.0 + $1.1 })
    var next = buffer.start
    weights = zip(plan, counts).map { item, count in
      defer { next += count.0 + count.1 }
      return Weight(
        source: item.0, rows: item.1, columns: item.2, plain: next, transposed: next + count.0)
    }
  }
}
