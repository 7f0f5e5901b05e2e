/// Tokens that arrive one after the other, kept in the smallest of one, two or four bytes that holds
/// each of them.
struct TokenValues {
  /// The tokens are in one of these, by the bytes that the largest takes.
  private var u8: [UInt8] = []
  private var u16: [UInt16] = []
  private var u32: [UInt32] = []
  private var dtype = Dtype.U8
  private var largest = Int(UInt8.max)

  /// Adds a token.
  ///
  /// - Returns: Whether there was memory for it.
  @inline(__always)
  mutating func append(_ token: Int) -> Bool {
    if token > largest, !widen(to: Dtype(holdingTokens: token + 1)) { return false }
    switch dtype {
    case .U8: return Self.append(UInt8(truncatingIfNeeded: token), to: &u8)
    case .U16: return Self.append(UInt16(truncatingIfNeeded: token), to: &u16)
    default: return Self.append(UInt32(truncatingIfNeeded: token), to: &u32)
    }
  }

  /// Replaces each token by another of the same vocabulary.
  mutating func renumber(_ tokens: [Int]) {
    for index in u8.indices { u8[index] = UInt8(tokens[Int(u8[index])]) }
    for index in u16.indices { u16[index] = UInt16(tokens[Int(u16[index])]) }
    for index in u32.indices { u32[index] = UInt32(tokens[Int(u32[index])]) }
  }

  /// The tokens.
  var values: TensorValues {
    switch dtype {
    case .U8: .u8(u8)
    case .U16: .u16(u16)
    default: .u32(u32)
    }
  }

  @inline(__always)
  private static func append<Token: BitwiseCopyable>(_ token: Token, to tokens: inout [Token])
    -> Bool
  {
    guard tokens.makeRoom(for: 1) else { return false }
    tokens.append(token)
    return true
  }

  private mutating func widen(to dtype: Dtype) -> Bool {
    if dtype == .U16 {
      guard u16.makeRoom(for: u8.count) else { return false }
      u16.append(contentsOf: u8.lazy.map(UInt16.init))
    } else {
      guard u32.makeRoom(for: u8.count + u16.count) else { return false }
      u32.append(contentsOf: u8.lazy.map(UInt32.init))
      u32.append(contentsOf: u16.lazy.map(UInt32.init))
      u16 = []
    }
    u8 = []
    self.dtype = dtype
    largest = 1 << (8 * dtype.size) - 1
    return true
  }
}

extension Dtype {
  /// The smallest type that the tokens of a vocabulary are kept in.
  ///
  /// - Parameter vocabSize: The number of tokens, the boundary among them.
  init(holdingTokens vocabSize: Int) {
    self = vocabSize <= 1 << 8 ? .U8 : vocabSize <= 1 << 16 ? .U16 : .U32
  }
}
