// Numbers as text, in the C locale.

extension FixedWidthInteger {
  /// Its digits.
  public var shortest: String { description }
}

extension Float {
  /// The shortest digits that read back to the same value; whole numbers without `.0`.
  public var shortest: String { withoutFraction(description) }
}

extension Double {
  /// The shortest digits that read back to the same value; whole numbers without `.0`.
  public var shortest: String { withoutFraction(description) }

  /// The value with a number of digits after the point, for people.
  func fixed(_ digits: Int) -> String {
    // The largest `Double` has 309 digits before the point.
    var text = [CChar](repeating: 0, count: 320 + digits)
    _ = withVaList([Int32(digits), self]) { vsnprintf(&text, text.count, "%.*f", $0) }
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }
}

private func withoutFraction(_ number: String) -> String {
  number.hasSuffix(".0") ? String(number.dropLast(2)) : number
}
