/// A setting that was declared as an option.
struct DeclaredSetting<Owner> {
  /// The name of the option, without its dashes.
  let name: String

  private let given: () -> ((inout Owner) -> Void)?
  private let copy: (Owner, inout Owner) -> Void
  private let wordOf: (Owner) -> String

  /// Declares the options of settings.
  ///
  /// - Parameter fallback: Has the values that `--help` shows as defaults.
  static func all(
    _ settings: [any Setting<Owner>], of tool: Tool, default fallback: Owner
  ) -> [DeclaredSetting] {
    settings.compactMap { DeclaredSetting($0, of: tool, default: fallback) }
  }

  /// Declares the option of a setting, or gives `nil` where it has none.
  private init?<S: Setting>(_ setting: S, of tool: Tool, default fallback: Owner)
  where S.Owner == Owner {
    guard let help = setting.option else { return nil }
    let path = setting.path
    let option = tool.option(
      setting.name, help.placeholder, S.Value.self, in: setting.bound,
      absent: help.absent ?? fallback[keyPath: path].word, help: help.text)
    name = setting.name
    given = { option().map { value in { $0[keyPath: path] = value } } }
    copy = { $1[keyPath: path] = $0[keyPath: path] }
    wordOf = { owner in
      let word = owner[keyPath: path].word
      return word.isEmpty ? help.absent ?? word : word
    }
  }

  /// Whether the option was given.
  var isGiven: Bool { given() != nil }

  /// Gives an owner the value, if there is one.
  func apply(to owner: inout Owner) { given()?(&owner) }

  /// Gives an owner the value that another one has.
  func copy(from other: Owner, to owner: inout Owner) { copy(other, &owner) }

  /// The value that an owner has, as on the command line or in words.
  func word(of owner: Owner) -> String { wordOf(owner) }
}
