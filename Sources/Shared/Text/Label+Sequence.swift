extension Label {
  /// The tokens that labels one after the other stand for: characters, and `nil` for the boundary.
  ///
  /// - Returns: `nil` where a label is malformed.
  static func sequence(_ labels: some StringProtocol) -> [Unicode.Scalar?]? {
    var sequence: [Unicode.Scalar?] = []
    var rest = labels.unicodeScalars[...]
    while let scalar = rest.first {
      if scalar == "." {
        sequence.append(nil)
        rest.removeFirst()
        continue
      }
      // One label: a character, or a backslash and what belongs to it.
      var end = rest.index(after: rest.startIndex)
      if scalar == "\\" {
        guard end < rest.endIndex else { return nil }
        if rest[end] == "u" {
          guard let close = rest[end...].firstIndex(of: "}") else { return nil }
          end = close
        }
        end = rest.index(after: end)
        guard let text = unescaped(String(String.UnicodeScalarView(rest[..<end]))),
          text.unicodeScalars.count == 1
        else {
          return nil
        }
        sequence.append(text.unicodeScalars.first)
      } else {
        sequence.append(scalar)
      }
      rest = rest[end...]
    }
    return sequence
  }
}
