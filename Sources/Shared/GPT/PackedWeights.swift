// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The weights of the products, packed for the forward pass and, transposed, for the backward one.
struct PackedWeights {
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

  init(_ config: GPTConfig, _ places: TensorPointers) {
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
