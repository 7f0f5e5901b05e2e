// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The weights of the products, packed for the forward pass and, transposed, for the backward one.
struct PackedWeights {
  /// One packed weight.
  struct Weight {
    /// The tensor as it is stored.
    let source: Matrix

    /// Packed as it is stored.
    let plain: PackedMatrix

    /// Packed transposed.
    let transposed: PackedMatrix

    /// Packs some rows, which begin at a multiple of 16, both ways.
    func pack(_ some: Range<Int>) {
      plain.pack(source, rows: some)
      // Sixteen rows are a panel of the transpose.
      let first = some.lowerBound / PackedMatrix.width
      for index in first..<PackedMatrix.panels(columns: some.upperBound) {
        transposed.pack(transposed: source, panel: index)
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
    func place(_ rows: Int, _ columns: Int) -> PackedMatrix {
      defer { next += PackedMatrix.count(rows: rows, columns: columns) }
      return PackedMatrix(start: next, rows: rows, columns: columns)
    }
    weights = sources.map {
      Weight(
        source: $0, plain: place($0.rows, $0.columns), transposed: place($0.columns, $0.rows))
    }
  }

  /// How many floats the packed weights of a model take.
  static func floats(_ config: GPTConfig) -> Int {
    let C = config.nEmbd
    let layer = [(C, 3 * C), (C, C), (C, 4 * C), (4 * C, C)]
    let shapes = (0..<config.nLayer).flatMap { _ in layer } + [(config.vocabSize, C)]
    return shapes.reduce(0) { sum, shape in
      sum + PackedMatrix.count(rows: shape.0, columns: shape.1)
        + PackedMatrix.count(rows: shape.1, columns: shape.0)
    }
  }
}
