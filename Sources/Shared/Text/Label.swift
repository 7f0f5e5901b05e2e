/// Characters as the text form writes them: each label is one field that reads back exactly.
///
/// `\\`, `\t`, `\n`, `\r`, `\s` (space), `\.` (a full stop that is data), `\#` and `\u{1F600}` (any
/// other character that does not print) stand for what would be mistaken.
enum Label {
  /// The label of the boundary token.
  static let boundary = "."

  private static let named: [(scalar: Unicode.Scalar, letter: Unicode.Scalar)] = [
    ("\\", "\\"), ("\t", "t"), ("\n", "n"), ("\r", "r"), (" ", "s"), (".", "."), ("#", "#"),
  ]

  /// The character that a backslash and a letter stand for, or `nil` where they stand for none.
  static func character(named letter: UInt8) -> Unicode.Scalar? {
    named.first { $0.letter == Unicode.Scalar(letter) }?.scalar
  }

  /// The label of one character.
  static func escaped(_ scalar: Unicode.Scalar) -> String {
    if let pair = named.first(where: { $0.scalar == scalar }) { return "\\\(pair.letter)" }
    if scalar.prints { return String(scalar) }
    return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
  }

  /// The labels of a text's characters, one after the other.
  static func escaped(_ text: some StringProtocol) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += escaped($1) }
  }

  /// The text that a row of labels stands for, or `nil` where one is malformed.
  ///
  /// A bare `.` is the boundary, not a character, and is refused.
  static func unescaped(_ label: some StringProtocol) -> String? {
    var text = String.UnicodeScalarView()
    var rest = String(label).unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        if scalar == "." { return nil }
        text.append(scalar)
        continue
      }
      guard let letter = rest.popFirst() else { return nil }
      if let pair = named.first(where: { $0.letter == letter }) {
        text.append(pair.scalar)
      } else {
        guard letter == "u", rest.popFirst() == "{", let end = rest.firstIndex(of: "}"),
          (1...6).contains(rest[..<end].count),
          rest[..<end].allSatisfy({ $0.properties.isASCIIHexDigit }),
          let value = UInt32(String(rest[..<end]), radix: 16), let scalar = Unicode.Scalar(value)
        else { return nil }
        text.append(scalar)
        rest = rest[rest.index(after: end)...]
      }
    }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// Whether the character shows as itself in a terminal or an editor.
  fileprivate var prints: Bool {
    if isASCII { return value > 0x20 && value < 0x7F }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator, .spaceSeparator:
      return false
    default:
      return true
    }
  }
}

extension Unicode.Scalar {
  /// The character and its code point as diagnostics show them: `'ü' (U+00FC)`.
  var quoted: String {
    let digits = String(value, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return "'\(Label.escaped(self))' (U+\(padded))"
  }
}
