/// How often a line counts: `ITEM<tab>WEIGHT`, cut at the last tab.
enum LineWeight {
  /// The largest weight, 2^62.
  static let limit = 1 << 62

  /// Cuts a line.
  ///
  /// - Returns: The item, which may hold tabs, and its weight.
  /// - Throws: `DataError` where there is no tab, or no whole number from 0 to 2^62 after it.
  static func cut(
    _ line: Slice<UnsafeBufferPointer<UInt8>>
  ) throws(DataError) -> (item: Slice<UnsafeBufferPointer<UInt8>>, weight: Int) {
    guard let tab = line.lastIndex(of: UInt8(ascii: "\t")) else {
      throw DataError("no weight: --weighted reads lines of an item, a tab and a whole number")
    }
    let digits = line[(tab + 1)...]
    guard let weight = number(digits), weight <= limit else {
      let word = String(decoding: digits.prefix(40), as: UTF8.self)
      throw DataError(
        "the weight '\(word)' is not a whole number from 0 to 2^62 (\(limit))")
    }
    return (line[..<tab], weight)
  }

  /// The number that some digits are; `nil` where they are something else, or too many.
  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isAbove) = product.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      if isTooLarge || isAbove { return nil }
      value = sum
    }
    return digits.isEmpty ? nil : value
  }
}
