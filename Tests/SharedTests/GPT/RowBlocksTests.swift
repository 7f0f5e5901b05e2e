import Testing

@testable import Shared

@Suite struct RowBlocksTests {
  @Test(arguments: [1, 2, 3, 8]) func blocksAreAllRowsInWholeTiles(_ threads: Int) {
    for count in [1, 5, 6, 7, 60, 174, 4000] {
      let rows = 3..<3 + count
      let blocks = RowBlocks(rows, threads: threads)
      let all = (0..<blocks.count).map { blocks[$0] }
      #expect(all.flatMap(Array.init) == Array(rows))
      #expect(all.dropLast().allSatisfy { $0.count % MatrixProduct.tileRows == 0 })
      #expect(all.allSatisfy { $0.count <= 5 * MatrixProduct.tileRows })
    }
  }
}
