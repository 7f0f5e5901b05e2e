/// Many items that are drawn together: what they have read, and what may follow.
///
///     wave.begin(2, prompt: [5])                      // ".e" twice
///     wave.read([Reading(item: 1, token: 13)])        // ".e", ".em"
///     wave.logits(ofNode: wave.node(ofItem: 1))
///
/// Items that have read the same have the same node, so that what is computed of a node serves them
/// all. Nodes are valid until the next `begin` or `read`, and only those of the items that it read.
/// Several threads may ask after nodes at the same time.
public protocol ItemWave {
  /// How many items fit the memory that a wave should take.
  var maximumCount: Int { get }

  /// Begins items that have all read the boundary and a prompt.
  mutating func begin(_ count: Int, prompt: [Int32])

  /// Reads a token of each of some items. Items grow in step: one that is left out is never read again.
  mutating func read(_ readings: [Reading])

  /// What an item has read.
  func node(ofItem item: Int) -> Int

  /// The logits of the V tokens after a node: log-probabilities, up to a number that is added to all.
  func logits(ofNode node: Int) -> [Double]

  /// The probabilities of the V tokens after a node; their sum is below 1 where the model has none for
  /// what was read.
  func probs(ofNode node: Int) -> [Double]

  /// What it means that no logit is a number, or none above minus infinity, after the tokens of an item.
  func failure(after tokens: [Int32]) -> DataError
}

/// A token that an item reads.
public struct Reading: Sendable {
  /// The item, counted from the wave's first.
  var item: Int

  /// The token.
  var token: Int32

  /// Whether it is known what may follow, so that nothing is asked of the item's node until the next
  /// token that is not; a wave may compute it then.
  var isKnown = false
}

/// Nodes that are found by the node before and the token between, so that equal ones are one.
struct Children {
  private var nodes: [UInt64: Int32] = [:]

  /// The node after `parent` (-1 before the first) and `token`, made by `make` where it is new.
  mutating func node(after parent: Int32, _ token: Int32, make: () -> Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(UInt32(bitPattern: token))
    if let node = nodes[key] { return node }
    let node = make()
    nodes[key] = node
    return node
  }

  mutating func removeAll() { nodes.removeAll(keepingCapacity: true) }
}
