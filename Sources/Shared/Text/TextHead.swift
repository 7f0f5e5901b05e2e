/// What the first bytes of an input show, where it is not text.
enum TextHead: Equatable {
  /// Compressed data, and the command that decompresses it.
  case compressed(with: String, command: String)

  /// UTF-16 with its mark, in hexadecimal.
  case utf16(mark: String)

  /// A model, in either form.
  case model

  /// What some first bytes say.
  enum Verdict: Equatable {
    case text
    case refused(TextHead)

    /// It depends on the bytes that follow.
    case undecided
  }

  /// How such inputs begin; `nil` stands for any byte.
  private static let patterns: [(bytes: [UInt8?], head: TextHead)] = {
    let mark: [UInt8?] = [0xEF, 0xBB, 0xBF]
    let table: [UInt8?] = "#mm\t".utf8.map { $0 }
    let bzip2: [UInt8?] = [0x42, 0x5A, 0x68, nil]
    let bzcat = TextHead.compressed(with: "bzip2", command: "bzcat")
    return [
      (table, .model), (mark + table, .model),
      ([0x1F, 0x8B], .compressed(with: "gzip", command: "zcat")),
      // The digits of pi, or, where nothing is compressed, those of its square root.
      (bzip2 + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], bzcat),
      (bzip2 + [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], bzcat),
      ([0x28, 0xB5, 0x2F, 0xFD], .compressed(with: "zstd", command: "zstdcat")),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .compressed(with: "xz", command: "xzcat")),
      ([0xFF, 0xFE], .utf16(mark: "FF FE")), ([0xFE, 0xFF], .utf16(mark: "FE FF")),
    ]
  }()

  /// The bytes of the length of a safetensors header, and the brace that opens it.
  static let safetensors = 9

  /// Looks at the first bytes of an input.
  ///
  /// An item that is complete is never held back by an undecided verdict.
  ///
  /// - Parameters:
  ///   - separator: What ends an item.
  ///   - isLast: Whether the input ends with these bytes.
  static func verdict(
    of bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, isLast: Bool
  ) -> Verdict {
    var isUndecided = false
    for (pattern, head) in patterns
    where zip(bytes, pattern).allSatisfy({ $1 == nil || $0 == $1 }) {
      if bytes.count >= pattern.count { return .refused(head) }
      isUndecided = true
    }
    // A length of at most 100 million; any text has a fourth byte above 5.
    let isLength = zip(bytes, 0...).prefix(8).allSatisfy { byte, place in
      place < 3 || byte <= (place == 3 ? 5 : 0)
    }
    if isLength {
      if bytes.count < safetensors {
        isUndecided = isUndecided || !bytes.contains(separator)
      } else if bytes[safetensors - 1] == UInt8(ascii: "{") {
        return .refused(.model)
      }
    }
    return isUndecided && !isLast ? .undecided : .text
  }

  /// The kind that a model says it is, as far as its first bytes show it.
  static func kind(of bytes: ArraySlice<UInt8>) -> String? {
    let text = String(decoding: bytes, as: UTF8.self)
    if isTable(bytes) {
      let fields = text.split(separator: "\t")
      return fields.count < 3 ? nil : word(fields[2])
    }
    let fields = text.split(separator: "\"", omittingEmptySubsequences: false)
    guard let place = fields.firstIndex(of: "mm.kind"), place + 2 < fields.count else { return nil }
    return word(fields[place + 2])
  }

  private static func word(_ field: Substring) -> String? {
    let word = field.prefix { $0.isASCII && $0.isLetter }
    return word.isEmpty ? nil : String(word)
  }

  /// How many of the first bytes are to be looked at for the kind of a model.
  static func extentOfKind(_ bytes: ArraySlice<UInt8>) -> Int {
    let length = bytes.prefix(3).reversed().reduce(0) { $0 << 8 | Int($1) }
    return isTable(bytes) ? 32 : min(safetensors - 1 + length, 1 << 16)
  }

  private static func isTable(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.starts(with: "#mm\t".utf8) || bytes.starts(with: "\u{FEFF}#mm\t".utf8)
  }
}
