/// The tokens of a model: token 0 is the boundary, the others are characters.
///
/// The characters of tokens 1, 2 and so on are Unicode scalars in the order of their code points. The
/// boundary opens and closes each item; it is not a character, and `.` may be one.
public struct Vocabulary: Equatable, Sendable {
  /// The characters of tokens 1, 2, ...
  let scalars: [Unicode.Scalar]

  /// Creates the vocabulary of a set of characters.
  ///
  /// - Precondition: They are in strictly ascending order.
  init(sorted scalars: [Unicode.Scalar]) {
    precondition(
      zip(scalars, scalars.dropFirst()).allSatisfy { $0 < $1 }, "the characters are out of order")
    self.scalars = scalars
  }

  /// Reads what `mm.vocab` holds: the characters joined, in the order of their tokens.
  ///
  /// - Throws: `DataError` when a character is repeated or out of order.
  init(text: String) throws(DataError) {
    scalars = Array(text.unicodeScalars)
    for (first, second) in zip(scalars, scalars.dropFirst()) where first >= second {
      throw DataError(
        first == second
          ? "the vocabulary repeats \(first.quoted)"
          : "the vocabulary is out of order: \(first.quoted) stands before \(second.quoted)")
    }
  }

  /// The number of tokens, the boundary among them.
  var count: Int { scalars.count + 1 }

  /// The characters joined, as `mm.vocab` holds them.
  var text: String { scalars.reduce(into: "") { $0.unicodeScalars.append($1) } }

  /// The token of a character, or `nil` where it has none.
  ///
  /// - Complexity: O(log(count)).
  func token(of scalar: Unicode.Scalar) -> Int? {
    var range = scalars.indices
    while let middle = range.isEmpty ? nil : (range.lowerBound + range.upperBound) / 2 {
      if scalars[middle] == scalar { return middle + 1 }
      if scalars[middle] < scalar {
        range = (middle + 1)..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return nil
  }

  /// How the text form and mm-loss write a token.
  func label(_ token: Int) -> String {
    token == 0 ? Label.boundary : Label.escaped(scalars[token - 1])
  }

  /// How the text form and diagnostics write tokens one after the other.
  func label(_ tokens: some Sequence<Int>) -> String {
    tokens.reduce(into: "") { $0 += label($1) }
  }
}

extension Vocabulary {
  /// The tokens of a text's characters.
  ///
  /// - Throws: `DataError` at a character that has none.
  func tokens(of text: String) throws(DataError) -> [Int] {
    var tokens: [Int] = []
    let scalars = Array(text.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      guard let token = token(of: scalar) else {
        guard let form = CharacterContext(scalars, at: place).otherForm(in: self) else {
          throw Self.unknown(scalar)
        }
        throw DataError(
          "\(form.description); convert it: "
            + "printf %s \(ShellWord.quoted(text)) | uconv -x \(form.name)")
      }
      tokens.append(token)
    }
    return tokens
  }

  /// The error at a character that has no token.
  ///
  /// - Parameter remedy: What to try next.
  static func unknown(_ scalar: Unicode.Scalar, remedy: String? = nil) -> DataError {
    DataError("the model does not know \(scalar.quoted)" + (remedy.map { "; \($0)" } ?? ""))
  }
}
