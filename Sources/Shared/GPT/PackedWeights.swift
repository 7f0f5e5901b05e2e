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
    let sources =
      places.layers.flatMap { [$0.qkvWeight, $0.projWeight, $0.fcWeight, $0.outWeight] }
      + [places.head]
    buffer = FloatBuffer(count: Self.floats(config))
    var next = buffer.start
    weights = zip(sources, Self.shapes(of: config)).map { source, shape in
      let (rows, columns) = shape
      let transposed = next + PackedMatrix.count(rows: rows, columns: columns)
      defer { next = transposed + PackedMatrix.count(rows: columns, columns: rows) }
      return Weight(
        source: UnsafePointer(source), rows: rows, columns: columns, plain: next,
        transposed: transposed)
    }
  }

  /// How many floats the packed weights of a model take.
  static func floats(_ config: GPTConfig) -> Int {
    shapes(of: config).reduce(0) { sum, shape in
      sum + PackedMatrix.count(rows: shape.rows, columns: shape.columns)
        + PackedMatrix.count(rows: shape.columns, columns: shape.rows)
    }
  }

  private static func shapes(of config: GPTConfig) -> [(rows: Int, columns: Int)] {
    let C = config.nEmbd
    let layer = [(rows: C, columns: 3 * C), (C, C), (C, 4 * C), (4 * C, C)]
    return (0..<config.nLayer).flatMap { _ in layer } + [(config.vocabSize, C)]
  }
}
