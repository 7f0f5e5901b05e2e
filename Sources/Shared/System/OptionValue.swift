/// A value that a word stands for: on the command line, or in the record of a run.
public protocol OptionValue: Sendable {
  /// Reads a word, or gives `nil` where it is not a value of this type.
  init?(word: String)

  /// How `--help` shows the value, as a default.
  var word: String { get }

  /// What a word should have been: `a whole number`.
  static var wanted: String { get }

  /// All the words, where they are few.
  static var choices: [String] { get }
}

extension OptionValue {
  /// None: most types have more values than a help text can list.
  public static var choices: [String] { [] }
}

/// A value that is one of a few words.
protocol OptionChoice: OptionValue, CaseIterable, RawRepresentable where RawValue == String {
}

extension OptionChoice {
  /// Finds the case of a word.
  init?(word: String) { self.init(rawValue: word) }

  /// Its raw value.
  var word: String { rawValue }

  /// All the words, joined by `or`.
  static var wanted: String { choices.joined(separator: " or ") }

  /// The words of all cases.
  static var choices: [String] { allCases.map(\.rawValue) }
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
  /// Reads a decimal number; not `nan`, `inf` or hexadecimal, which `Double(_:)` takes as well, and
  /// nothing that is too large.
  public init?(word: String) {
    guard word.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let value = Self(word),
      value.isFinite
    else { return nil }
    self = value
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

extension UInt64: OptionValue {
  /// Reads a decimal number without a sign.
  public init?(word: String) {
    guard word.utf8.allSatisfy({ "0123456789".utf8.contains($0) }) else { return nil }
    self.init(word)
  }

  /// Its digits.
  public var word: String { description }

  /// A whole number of 64 bits.
  public static var wanted: String { "a whole number of 64 bits, 0 or more" }
}

/// The seed of a random stream: any 64 bits, written with or without a sign, as PyTorch takes them.
struct Seed: OptionValue, Equatable {
  /// The bits.
  let bits: UInt64

  /// Creates a seed.
  init(_ bits: UInt64) { self.bits = bits }

  /// Reads a decimal number from -2^63 to 2^64 - 1.
  init?(word: String) {
    if let value = UInt64(word) {
      bits = value
    } else if let value = Int64(word) {
      bits = UInt64(bitPattern: value)
    } else {
      return nil
    }
  }

  /// The number without a sign.
  var word: String { bits.description }

  /// A whole number of 64 bits.
  static var wanted: String { "a whole number of 64 bits" }
}
