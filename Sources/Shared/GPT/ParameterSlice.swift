/// A piece of the parameters: as much as a thread takes at a time.
struct ParameterSlice: Sendable {
  /// The parameters.
  let range: Range<Int>

  /// The index of the tensor that they belong to.
  let tensor: Int

  /// The packed weight that they belong to, and their rows in it.
  private let packing: (weight: Int, rows: Range<Int>)?

  /// About how many parameters a piece has: with gradients, moments and what is packed, 200 KB.
  private static let size = 8192

  /// The pieces of all tensors.
  static func all(_ parameters: GPTTensors, _ packed: PackedWeights) -> [ParameterSlice] {
    parameters.tensors.enumerated().flatMap { index, tensor -> [ParameterSlice] in
      let first = parameters.start + tensor.range.lowerBound
      let weight = packed.weights.firstIndex { $0.source.start == first }
      // Whole rows of a packed weight, sixteen or more; else any number of parameters.
      let columns = weight.map { packed.weights[$0].source.columns } ?? 1
      let rows = tensor.range.count / columns
      let width = PackedMatrix.width
      let step = max(1, size / columns / width) * width
      return stride(from: 0, to: rows, by: step).map { row in
        let some = row..<min(rows, row + step)
        let start = tensor.range.lowerBound
        return ParameterSlice(
          range: start + some.lowerBound * columns..<start + some.upperBound * columns,
          tensor: index, packing: weight.map { ($0, some) })
      }
    }
  }

  /// Packs what of the piece is packed.
  func pack(_ packed: PackedWeights) {
    if let packing { packed.weights[packing.weight].pack(packing.rows) }
  }
}
