@testable import Shared

/// A model as a reader of the ARPA format has it, with logarithms to base 10.
struct ARPAReader {
  /// A word, compared by its bytes: two strings may be equal where other programs see two words.
  struct Word: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    init(stringLiteral text: String) { self.init(text.utf8) }

    var description: String { String(decoding: bytes, as: UTF8.self) }
  }

  var probs: [[Word]: Double] = [:]
  var backoffs: [[Word]: Double] = [:]

  /// The numbers of n-grams that the head gives, by length.
  var announced: [Int: Int] = [:]

  init(_ text: [UInt8]) throws {
    var lines = Self.split(text, at: "\n")[...]
    try FuzzFailure.unless(
      Self.text(lines.popFirst()) == "\\data\\" && Self.text(lines.popLast()) == ""
        && Self.text(lines.popLast()) == "\\end\\", "no first or last line")
    var length = 0
    for line in lines where !line.isEmpty {
      let text = Self.text(line)
      if text.hasPrefix("ngram ") {
        let numbers = text.dropFirst(6).split(separator: "=").map { Int($0) }
        announced[numbers[0] ?? 0] = numbers[1]
      } else if text.hasSuffix("-grams:") {
        length += 1
        try FuzzFailure.unless(text == "\\\(length)-grams:", "'\(text)' of length \(length)")
      } else {
        let fields = Self.split(line, at: "\t")
        try FuzzFailure.unless((2...3).contains(fields.count), "the fields of '\(text)'")
        let words = Self.split(fields[1], at: " ").map { Word($0) }
        try FuzzFailure.unless(
          words.count == length && probs[words] == nil, "'\(text)' of length \(length), or again")
        probs[words] = Double(Self.text(fields[0])) ?? .nan
        if fields.count > 2 { backoffs[words] = Double(Self.text(fields[2])) ?? .nan }
      }
    }
  }

  private static func split(
    _ bytes: some Collection<UInt8>, at separator: Unicode.Scalar
  ) -> [ArraySlice<UInt8>] {
    Array(bytes)[...].split(
      separator: UInt8(ascii: separator), omittingEmptySubsequences: false)
  }

  private static func text(_ bytes: ArraySlice<UInt8>?) -> String {
    bytes.map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
  }

  /// The logarithm of a word's probability after others, as readers compute it.
  func log10(_ word: Word, after context: [Word]) -> Double {
    if let log = probs[context + [word]] { return log }
    // Without words before it, an unknown one would have `<unk>`.
    if context.isEmpty { return .nan }
    return (backoffs[context] ?? 0) + log10(word, after: Array(context.dropFirst()))
  }
}
