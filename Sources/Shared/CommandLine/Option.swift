/// An option as it was declared: what parsing, `--help`, the manual page and completion need.
struct OptionDeclaration {
  /// The long name, without its dashes.
  var long: String

  /// The one-letter name.
  var short: Character?

  /// The value's name in `--help`; `nil` for a flag.
  var placeholder: String?

  /// Whether the value may be left out; it can then only follow a `=`.
  var isValueOptional = false

  /// The words that the value may be, where they are few.
  var choices: [String] = []

  /// What it does.
  var help: String

  /// The values that are valid, in words, where not all are.
  var range: String?

  /// How the default reads, unless there is none.
  var defaultWord: String?

  /// Takes a value, and the name that it was given under.
  var accept: (_ word: String, _ name: String) throws(UsageError) -> Void

  /// The name as it was meant, for diagnostics: `--order`.
  var name: String { "--\(long)" }
}

/// Whether a command line has been parsed; its options share it.
final class ParsingState {
  var isParsed = false
}

/// An option with a value of any type, for what is said of several.
public protocol GivenOption {
  /// The name that it was given under: `--order`, or `-z`.
  var name: String { get }

  /// Whether the option was given.
  var isGiven: Bool { get }
}

/// The value of an option, once the command line is parsed.
public final class Option<Value>: GivenOption {
  /// The name that the option was given under.
  public private(set) var name = ""

  private let fallback: Value
  private let state: ParsingState
  private var value: Value?

  init(default fallback: Value, _ state: ParsingState) {
    self.fallback = fallback
    self.state = state
  }

  /// What was given, or the default.
  ///
  /// - Precondition: The command line is parsed.
  public func callAsFunction() -> Value { given ?? fallback }

  /// What was given.
  ///
  /// - Precondition: The command line is parsed.
  var given: Value? {
    precondition(state.isParsed, "an option is read before operands() has parsed the command line")
    return value
  }

  /// Whether the option was given.
  ///
  /// - Precondition: The command line is parsed.
  public var isGiven: Bool { given != nil }

  /// What was given so far, while the command line is parsed.
  fileprivate var taken: Value? { value }

  /// Takes a value; the last of several holds.
  fileprivate func take(_ value: Value, _ name: String) {
    self.value = value
    self.name = name
  }
}

extension OptionDeclaration {
  /// An option with a value.
  static func value<Value: OptionValue, Result>(
    _ option: Option<Result>, long: String, short: Character?, placeholder: String,
    defaultWord: String?, bound: Bound<Value>, help: String, wrap: @escaping (Value) -> Result
  ) -> OptionDeclaration {
    let choices = Value.choices
    return OptionDeclaration(
      long: long, short: short, placeholder: placeholder, choices: choices,
      help: choices.isEmpty ? help : "\(help), \(choices.joined(separator: " or "))",
      range: bound.words, defaultWord: defaultWord
    ) { (word, name) throws(UsageError) in
      guard let value = Value(word: word), bound.contains(value) else {
        throw UsageError("option '--\(long)': '\(word)' is not \(bound.wanted)")
      }
      option.take(wrap(value), name)
    }
  }

  /// An option that may be given several times.
  static func list(
    _ option: Option<[String]>, long: String, placeholder: String, help: String
  ) -> OptionDeclaration {
    OptionDeclaration(long: long, placeholder: placeholder, help: help) { word, name in
      option.take((option.taken ?? []) + [word], name)
    }
  }

  /// An option that is there or not.
  static func flag(
    _ option: Option<Bool>, long: String, short: Character?, help: String
  ) -> OptionDeclaration {
    OptionDeclaration(long: long, short: short, help: help) { _, name in option.take(true, name) }
  }
}
