/// A character that a model does not know, and its neighbours in the item: what decides whether the
/// model knows it in another canonical form.
///
/// `ë` is one code point in composed text (NFC), and two in decomposed text (NFD): the same character
/// to a reader, and different tokens to a model.
struct CharacterContext {
  /// Neighbours before and after that may belong to one character.
  private static let reach = 3

  private let before: [Unicode.Scalar]
  private let scalar: Unicode.Scalar
  private let after: [Unicode.Scalar]

  /// Whether the bytes end before the neighbours do.
  let isOpen: Bool

  /// Takes the character at a place in valid text, as far as the bytes go.
  init(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int, separator: UInt8) {
    let longest = 4
    let window = bytes[max(0, place - Self.reach * longest)..<place]
    let begin = (window.lastIndex(of: separator) ?? window.startIndex - 1) + 1
    let rest = bytes[place...].prefix((Self.reach + 1) * longest)
    let end = rest.firstIndex(of: separator)
    isOpen = end == nil && rest.endIndex == bytes.count
    // What is cut at either end is repaired to U+FFFD, which belongs to no other character.
    let left = String(decoding: bytes[begin..<place], as: UTF8.self).unicodeScalars
    let right = String(decoding: rest[..<(end ?? rest.endIndex)], as: UTF8.self).unicodeScalars
    before = Array(left.suffix(Self.reach))
    scalar = right.first ?? "\u{FFFD}"
    after = Array(right.dropFirst().prefix(Self.reach))
  }

  /// Takes a character of a text.
  ///
  /// - Precondition: `place` is the index of one.
  init(_ scalars: [Unicode.Scalar], at place: Int) {
    before = Array(scalars[..<place].suffix(Self.reach))
    scalar = scalars[place]
    after = Array(scalars[(place + 1)...].prefix(Self.reach))
    isOpen = false
  }

  /// How a model knows the character, where it knows it in another canonical form.
  struct OtherForm: Equatable {
    /// What is unknown.
    let unknown: Unicode.Scalar

    /// What the model knows, one character composed or several decomposed.
    let known: [Unicode.Scalar]

    /// The form that the model's text had, as `uconv -x` names it.
    var name: String { known.count == 1 ? "nfc" : "nfd" }

    /// What is unknown and what is known, for people.
    var description: String {
      let characters = known.map(\.quoted).joined(separator: " ")
      return "the model does not know \(unknown.quoted), but \(characters): the text is "
        + (known.count == 1 ? "decomposed" : "composed")
    }
  }

  /// The form of the character that a vocabulary has.
  func otherForm(in vocabulary: Vocabulary) -> OtherForm? {
    (composed(in: vocabulary) ?? decomposed(in: vocabulary)).map {
      OtherForm(unknown: scalar, known: $0)
    }
  }

  /// The known character that this one, with neighbours or without, is the decomposed form of.
  private func composed(in vocabulary: Vocabulary) -> [Unicode.Scalar]? {
    // Strings are equal, and have equal hashes, where they are canonically equivalent.
    var known: [String: Unicode.Scalar] = [:]
    for scalar in vocabulary.scalars where !scalar.properties.isFullCompositionExclusion {
      known[String(scalar)] = scalar
    }
    for left in 0...before.count {
      for right in (0...after.count).reversed() {
        if let whole = known[text(before.suffix(left) + [scalar] + after.prefix(right))] {
          return [whole]
        }
      }
    }
    return nil
  }

  /// The known characters that this one is the composed form of.
  private func decomposed(in vocabulary: Vocabulary) -> [Unicode.Scalar]? {
    let wanted = String(scalar)
    var marks: [Unicode.Scalar] = []
    var bases: [Unicode.Scalar] = []
    for known in vocabulary.scalars {
      switch known.properties.generalCategory {
      case .nonspacingMark, .spacingMark: marks.append(known)
      case _ where Self.jamo.contains(known.value):
        bases.append(known)
        marks.append(known)
      default: bases.append(known)
      }
    }
    // The base by itself is before all that is made of it, and what is made of it before the next.
    for base in bases where !base.properties.isIdeographic {
      for first in marks {
        if text([base, first]) == wanted { return [base, first] }
        guard bases.count * marks.count * marks.count <= 1 << 20 else { continue }
        for second in marks where text([base, first, second]) == wanted {
          return [base, first, second]
        }
      }
    }
    return nil
  }

  /// The letters of which the decomposed form of Hangul is made.
  private static let jamo: ClosedRange<UInt32> = 0x1100...0x11FF

  private func text(_ scalars: [Unicode.Scalar]) -> String {
    scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
  }
}
