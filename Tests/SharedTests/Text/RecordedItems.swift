@testable import Shared

/// A visitor that keeps the items, and those lines that are empty.
struct RecordedItems: ItemVisitor, Equatable, Sendable {
  var items: [[Unicode.Scalar]] = []
  var lines: [Int] = []
  private var item: [Unicode.Scalar] = []

  mutating func visit(_ scalar: Unicode.Scalar) { item.append(scalar) }

  mutating func endItem(line: Int) {
    items.append(item)
    lines.append(line)
    item = []
  }

  /// The items as strings.
  var strings: [String] { items.map { String(String.UnicodeScalarView($0)) } }
}

extension ItemDecoder {
  /// Decodes pieces one after the other, as a source of blocks does.
  mutating func decode(
    pieces: [[UInt8]], into visitor: inout some ItemVisitor
  ) throws(DataError) {
    var rest: [UInt8] = []
    for (index, piece) in (pieces + [[]]).enumerated() {
      rest += piece
      var decoded = 0
      var failure: DataError?
      rest.withUnsafeBufferPointer { bytes in
        do throws(DataError) {
          decoded = try decode(bytes, isLast: index == pieces.count, into: &visitor)
        } catch { failure = error }
      }
      if let failure { throw failure }
      rest.removeFirst(decoded)
    }
  }
}
