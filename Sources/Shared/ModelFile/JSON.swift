/// A JSON value as RFC 8259 has it and no looser: what a header from outside is read with.
///
/// Unlike many readers it takes no repeated keys, no trailing commas, no bytes after the value,
/// no lone surrogates and no nesting beyond `JSON.maximumDepth`.
enum JSON: Equatable, Sendable {
  /// `null`.
  case null

  /// `true` or `false`.
  case boolean(Bool)

  /// A number, as it was written.
  case number(String)

  /// A string, its escapes undone.
  case string(String)

  /// An array.
  case array([JSON])

  /// An object; the keys in the order in which they were written.
  case object([(key: String, value: JSON)])

  /// How deep arrays and objects may be nested.
  static let maximumDepth = 32

  /// Reads one value that fills the bytes.
  ///
  /// - Throws: `DataError` that says what is wrong and at which byte.
  /// - Complexity: O(bytes).
  init(parsing bytes: [UInt8]) throws(DataError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }

  /// Two values are equal when they hold the same, keys in the same order.
  static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.string(let a), .string(let b)): Array(a.utf8) == Array(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)):
      a.count == b.count
        && zip(a, b).allSatisfy {
          Array($0.key.utf8) == Array($1.key.utf8) && $0.value == $1.value
        }
    default: false
    }
  }

  /// The value of a non-negative integer, written as one and small enough for `Int`.
  var natural: Int? {
    guard case .number(let text) = self, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int(text)
  }

  /// The value as JSON, without white space, members in their order.
  var text: String {
    switch self {
    case .null: return "null"
    case .boolean(let value): return "\(value)"
    case .number(let digits): return digits
    case .string(let text): return Self.quoted(text)
    case .array(let elements): return "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      let pairs = members.map { "\(Self.quoted($0.key)):\($0.value.text)" }
      return "{" + pairs.joined(separator: ",") + "}"
    }
  }

  /// A string as JSON writes it, quotes included; ASCII control characters are escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A recursive descent over the bytes, one method for each production of the grammar.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  mutating func document() throws(DataError) -> JSON {
    let result = try value()
    skipSpace()
    if position < bytes.count { throw unexpected("the end") }
    return result
  }

  mutating func value() throws(DataError) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try nested { parser throws(DataError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(DataError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case .some(let byte) where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
      return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw unexpected("a value")
    }
  }

  mutating func nested(
    _ body: (inout JSONParser) throws(DataError) -> JSON
  ) throws(DataError) -> JSON {
    depth += 1
    if depth > JSON.maximumDepth {
      throw error("nested deeper than \(JSON.maximumDepth) levels")
    }
    position += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  mutating func object() throws(DataError) -> JSON {
    var members: [(key: String, value: JSON)] = []
    // Compared by bytes: Swift's own equality takes "é" and "e\u{301}" for one key.
    var seen: Set<[UInt8]> = []
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      if peek != UInt8(ascii: "\"") { throw unexpected("a key") }
      let key = try string()
      if !seen.insert(Array(key.utf8)).inserted {
        throw error("repeats the key \(JSON.quoted(key))")
      }
      skipSpace()
      if !take(":") { throw unexpected("':'") }
      members.append((key, try value()))
      skipSpace()
    } while take(",")
    if !take("}") { throw unexpected("',' or '}'") }
    return .object(members)
  }

  mutating func array() throws(DataError) -> JSON {
    var elements: [JSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value())
      skipSpace()
    } while take(",")
    if !take("]") { throw unexpected("',' or ']'") }
    return .array(elements)
  }

  mutating func number() throws(DataError) -> String {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func digits() throws(DataError) {
    let start = position
    while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw unexpected("a digit") }
  }

  mutating func word(_ word: StaticString, _ value: JSON) throws(DataError) -> JSON {
    let end = position + word.utf8CodeUnitCount
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard end <= bytes.count, bytes[position..<end].elementsEqual(expected) else {
      throw unexpected("a value")
    }
    position = end
    return value
  }

  mutating func string() throws(DataError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("a string that is no UTF-8")
        }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        let scalar = try escape()
        text.append(contentsOf: String(scalar).utf8)
      case 0..<0x20: throw error("a control character in a string")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw unexpected("'\"'")
  }

  mutating func escape() throws(DataError) -> Unicode.Scalar {
    let named: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    if let letter = peek, let scalar = named[letter] {
      position += 1
      return scalar
    }
    guard take("u") else { throw unexpected("an escape") }
    let unit = try hexadecimal()
    guard (0xD800..<0xDC00).contains(unit) else {
      guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair") }
      return scalar
    }
    guard take("\\"), take("u") else { throw error("half of a surrogate pair") }
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw error("half of a surrogate pair") }
    return scalar
  }

  mutating func hexadecimal() throws(DataError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
      position += 1
    }
  }

  func error(_ reason: String) -> DataError {
    DataError("header is no strict JSON: \(reason) at byte \(position)")
  }

  func unexpected(_ expected: String) -> DataError {
    error(position < bytes.count ? "expected \(expected)" : "truncated, expected \(expected)")
  }
}
