/// A setting as everything that speaks of it knows it: its name, its values, its place, its help.
///
/// `TrainingPlan.fields` lists those of a run. From the list follow the options of mm-gpt with
/// their ranges and defaults, the record `mm.training` of a checkpoint, and what --resume refuses.
protocol Setting<Owner>: Sendable {
  /// What has the setting.
  associatedtype Owner

  /// The type of its values.
  associatedtype Value: SettingValue

  /// The name of its option, `batch-size` for example; a record has `_` for each `-`.
  var name: String { get }

  /// Where its value is.
  var path: WritableKeyPath<Owner, Value> & Sendable { get }

  /// The values that are valid.
  var bound: Bound<Value> { get }

  /// What `--help` says of its option, or `nil` where it has none.
  var option: SettingHelp? { get }

  /// Whether records of the first version lack it.
  ///
  /// A record has it only where the value is not what that version did, so that what still does the
  /// same is still written the same.
  var isLater: Bool { get }
}

/// What `--help` says of the option of a setting.
struct SettingHelp: Sendable {
  /// The name of the value.
  var placeholder: String

  /// What the setting does.
  var text: String

  /// What holds without the option, in words; `nil` where that is what a new owner has.
  var absent: String?
}

/// A setting with a value of a known type.
struct Field<Owner, Value: SettingValue>: Setting {
  let name: String
  let path: WritableKeyPath<Owner, Value> & Sendable
  let bound: Bound<Value>
  let option: SettingHelp?
  let isLater: Bool

  /// A setting with an option.
  init(
    _ name: String, _ placeholder: String, _ path: WritableKeyPath<Owner, Value> & Sendable,
    _ bound: Bound<Value> = .any, isLater: Bool = false, absent: String? = nil, help: String
  ) {
    self.isLater = isLater
    self.name = name
    self.path = path
    self.bound = bound
    option = SettingHelp(placeholder: placeholder, text: help, absent: absent)
  }

  /// A setting that only a record has.
  init(
    _ name: String, _ path: WritableKeyPath<Owner, Value> & Sendable,
    _ bound: Bound<Value> = .any, isLater: Bool = false
  ) {
    self.isLater = isLater
    self.name = name
    self.path = path
    self.bound = bound
    option = nil
  }
}

extension Setting {
  /// The name in a record.
  var key: String { String(name.map { $0 == "-" ? "_" : $0 }) }

  /// The value that an owner has, as JSON; `nil` where a record leaves it out.
  ///
  /// - Parameter first: What an owner had in the first version.
  func json(of owner: Owner, first: Owner) -> String? {
    let value = owner[keyPath: path]
    return isLater && value == first[keyPath: path] ? nil : value.json
  }

  /// Gives an owner the value that a record has.
  ///
  /// - Throws: `DataError` when it has none and must have, or one that is not valid.
  func read(from record: [String: JSON], into owner: inout Owner) throws(DataError) {
    guard let json = record[key] else {
      if isLater { return }
      throw DataError("mm.training has no \(key)")
    }
    guard let value = Value(json: json), bound.contains(value) else {
      throw DataError("mm.training: \(key) is not \(bound.wanted)")
    }
    owner[keyPath: path] = value
  }
}

/// A value of a setting: a word on the command line, JSON in a record.
protocol SettingValue: OptionValue, Equatable {
  /// Reads what `json` wrote.
  init?(json: JSON)

  /// The value in a record.
  var json: String { get }
}

// Numbers: the same digits in both.
extension SettingValue {
  init?(json: JSON) {
    guard case .number(let digits) = json else { return nil }
    self.init(word: digits)
  }

  var json: String { word }
}

extension SettingValue where Self: OptionChoice {
  init?(json: JSON) {
    guard case .string(let word) = json else { return nil }
    self.init(word: word)
  }

  var json: String { JSON.quoted(word) }
}

extension Int: SettingValue {}
extension UInt64: SettingValue {}
extension Double: SettingValue {}
extension Seed: SettingValue {}
