/// A value that a word of the command line stands for.
public protocol OptionValue: Sendable {
  /// Reads a word, or gives `nil` where it is none of this type.
  init?(word: String)

  /// How `--help` shows the value, as a default.
  var word: String { get }

  /// What a word should have been: `a whole number`.
  static var wanted: String { get }
}

extension Int: OptionValue {
  /// Reads a decimal number.
  public init?(word: String) { self.init(word) }

  /// Its digits.
  public var word: String { description }

  /// A whole number.
  public static var wanted: String { "a whole number" }
}

extension Double: OptionValue {
  /// Reads a decimal number; not `nan`, `inf` or hexadecimal, which `Double(_:)` takes as well.
  public init?(word: String) {
    guard word.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
    self.init(word)
  }

  /// The shortest digits that read back to it.
  public var word: String { shortest }

  /// A number.
  public static var wanted: String { "a number" }
}

extension String: OptionValue {
  /// Takes a word as it is.
  public init?(word: String) { self = word }

  /// Itself.
  public var word: String { self }

  /// A text.
  public static var wanted: String { "a text" }
}

/// The seed of a random stream: any 64 bits, written with or without a sign, as PyTorch takes them.
public struct Seed: OptionValue {
  /// The bits.
  public let bits: UInt64

  /// Creates a seed.
  public init(_ bits: UInt64) { self.bits = bits }

  /// Reads a decimal number from -2^63 to 2^64 - 1.
  public init?(word: String) {
    if let value = UInt64(word) {
      bits = value
    } else if let value = Int64(word) {
      bits = UInt64(bitPattern: value)
    } else {
      return nil
    }
  }

  /// The number without a sign.
  public var word: String { bits.description }

  /// A whole number of 64 bits.
  public static var wanted: String { "a whole number of 64 bits" }
}

/// A number of items, which may be without end.
public struct Count: OptionValue {
  /// The number; `nil` goes on until the reader leaves.
  public let limit: Int?

  /// Creates a number of items.
  public init(_ limit: Int?) { self.limit = limit }

  /// Reads a decimal number, or `inf`.
  public init?(word: String) {
    if word == "inf" {
      limit = nil
    } else if let value = Int(word), value >= 0 {
      limit = value
    } else {
      return nil
    }
  }

  /// The number, or `inf`.
  public var word: String { limit?.description ?? "inf" }

  /// A number of items, or `inf`.
  public static var wanted: String { "a number of items, or inf" }
}

/// An option as it was declared: what parsing, `--help`, the manual page and completion need.
struct OptionDeclaration {
  /// The long name, without its dashes.
  var long: String

  /// The one-letter name.
  var short: Character?

  /// The value's name in `--help`; `nil` for a flag.
  var placeholder: String?

  /// Whether the value may be left out; it can then only stand behind `=`.
  var isValueOptional = false

  /// The words that the value may be, where they are few.
  var choices: [String] = []

  /// What it does.
  var help: String

  /// The values that are valid, in words, where not all are.
  var range: String?

  /// How the default reads, unless there is none.
  var defaultWord: String?

  /// Takes a value.
  var accept: (String) throws(UsageError) -> Void

  /// The name as it was meant, for diagnostics: `--order`.
  var name: String { "--\(long)" }
}

/// The value of an option, once the command line is parsed.
public final class Option<Value> {
  private let fallback: Value
  fileprivate(set) var given: Value?

  init(default fallback: Value) { self.fallback = fallback }

  /// What was given, or the default.
  public func callAsFunction() -> Value { given ?? fallback }

  /// Whether the option was given.
  public var isGiven: Bool { given != nil }
}

extension OptionDeclaration {
  /// An option that stands for a value in a range.
  static func value<Value: OptionValue, Result>(
    _ option: Option<Result>, long: String, short: Character?, placeholder: String,
    defaultWord: String?, isValid: @escaping (Value) -> Bool, range: String?, choices: [String],
    help: String, wrap: @escaping (Value) -> Result
  ) -> OptionDeclaration {
    OptionDeclaration(
      long: long, short: short, placeholder: placeholder, choices: choices,
      help: help, range: range, defaultWord: defaultWord
    ) { (word) throws(UsageError) in
      guard let value = Value(word: word), isValid(value) else {
        let wanted = choices.isEmpty ? Value.wanted : choices.joined(separator: " or ")
        throw UsageError(
          "option '--\(long)': '\(word)' is not \(wanted)" + (range.map { ", \($0)" } ?? ""))
      }
      option.given = wrap(value)
    }
  }

  /// An option that is there or not.
  static func flag(
    _ option: Option<Bool>, long: String, short: Character?, help: String
  ) -> OptionDeclaration {
    OptionDeclaration(long: long, short: short, help: help) { _ in option.given = true }
  }
}
