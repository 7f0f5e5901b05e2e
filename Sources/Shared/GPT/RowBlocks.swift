/// Rows cut into blocks of whole tiles, about the same number for each thread.
///
/// A row's results do not depend on the block that it is in.
struct RowBlocks {
  private let rows: Range<Int>
  private let size: Int

  /// How many blocks there are.
  let count: Int

  init(_ rows: Range<Int>, threads: Int) {
    // Larger blocks leave the nearest cache, smaller ones read the weights more often.
    let most = 5
    let tiles = (rows.count + MatrixProduct.tileRows - 1) / MatrixProduct.tileRows
    let rounds = max(1, (tiles + threads * most - 1) / (threads * most))
    size = max(1, (tiles + threads * rounds - 1) / (threads * rounds)) * MatrixProduct.tileRows
    count = (rows.count + size - 1) / size
    self.rows = rows
  }

  /// The rows of a block.
  subscript(block: Int) -> Range<Int> {
    let first = rows.lowerBound + block * size
    return first..<min(rows.upperBound, first + size)
  }
}
