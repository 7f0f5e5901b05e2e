/// All the n-grams of a list, of its order and of every shorter one, as a trie with suffix links.
///
/// A node is a sequence of tokens: an n-gram, and the context of the n-grams that are its children.
/// Of the boundaries that open an item one is kept, as in KenLM: with order 4 the item `bob` has the
/// n-grams `.b`, `.bo`, `.bob` and `bob.`. The link of a node leads to the sequence without its first
/// token, which is a node as well: whatever ends somewhere in an item has all its suffixes there.
///
/// Nodes are numbered by length, then in ascending order, from 0, the empty sequence. So the children
/// of a node are consecutive, and those of consecutive nodes as well. A node takes 24 bytes, one of
/// full length 20.
///
/// It is not for single look-ups in a large list: building it costs as much as thousands of them.
struct NGramTrie: Sendable {
  /// A node; 0 is the empty sequence.
  typealias Node = Int

  /// The characters of tokens 1, 2, ...
  let vocabulary: Vocabulary

  /// The length of the longest sequences.
  let order: Int

  /// The first node of each length, and the number of nodes.
  let levels: [Int]

  /// The last token of each node.
  let tokens: [UInt32]

  /// The node without the first token of each node.
  let links: [UInt32]

  /// The first child of each node that is shorter than `order`, and the number of nodes.
  let firstChildren: [UInt32]

  /// How often each node was counted that is of full length or begins with the boundary; else 0.
  let counts: [Int64]

  /// Builds the trie of a list.
  ///
  /// - Throws: `DataError` when there is no memory for it.
  /// - Complexity: O(nodes log nodes), of which there are about twice as many as n-grams.
  init(_ list: NGramList) throws(DataError) {
    var builder = NGramTrieBuilder(list)
    try builder.insert()
    try builder.link()
    let sorted = try builder.sorted()
    vocabulary = list.vocabulary
    order = list.order
    (levels, tokens, links) = (sorted.levels, sorted.tokens, sorted.links)
    (firstChildren, counts) = (sorted.firstChildren, sorted.counts)
  }

  /// The number of nodes.
  var count: Int { tokens.count }

  /// The nodes of a length.
  func level(_ length: Int) -> Range<Node> { levels[length]..<levels[length + 1] }

  /// The children of a node that is shorter than `order`.
  @inline(__always)
  func children(_ node: Node) -> Range<Node> {
    Int(firstChildren[node])..<Int(firstChildren[node + 1])
  }

  /// The child of a node for a token.
  ///
  /// - Complexity: O(log(children)).
  @inline(__always)
  func child(_ node: Node, _ token: Int) -> Node? {
    var range = children(node)
    let token = UInt32(token)
    while range.count > 8 {
      let middle = (range.lowerBound + range.upperBound) / 2
      if tokens[middle] <= token {
        range = middle..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    for node in range where tokens[node] == token { return node }
    return nil
  }

  /// The context of an item's first token: the boundary.
  var start: Node { child(0, 0) ?? 0 }

  /// Whether a context can be any longer: it has `order - 1` tokens.
  @inline(__always)
  func isFull(_ node: Node) -> Bool { node >= levels[order - 1] }

  /// The longest context that is a node, after a context and a token that is not the boundary.
  ///
  /// - Complexity: O(order log V).
  func context(after context: Node, _ token: Int) -> Node {
    var node = context
    while true {
      if let child = child(node, token) { return child < levels[order] ? child : Int(links[child]) }
      if node == 0 { return 0 }
      node = Int(links[node])
    }
  }

  /// The tokens of a node, as diagnostics show them.
  ///
  /// - Complexity: O(nodes).
  func label(_ node: Node) -> String {
    var path: [Int] = []
    var node = node
    while node > 0 {
      path.append(Int(tokens[node]))
      // The last one whose children begin no later.
      node = (0..<node).last { $0 < levels[order] && Int(firstChildren[$0]) <= node } ?? 0
    }
    return vocabulary.label(path.reversed())
  }

  /// For each length, the end of the nodes that begin with the boundary, which come first.
  var boundaryEnds: [Node] {
    var ends = [levels[0], levels[1]]
    if levels[1] < levels[2], tokens[levels[1]] == 0 { ends[1] += 1 }
    for length in 1..<order { ends.append(Int(firstChildren[ends[length]])) }
    return ends
  }
}

/// Builds a trie: nodes in the order in which they come, found by a hash of parent and token.
private struct NGramTrieBuilder {
  let list: NGramList
  var parents: [UInt32] = [0]
  var tokens: [UInt32] = [0]
  var depths: [UInt8] = [0]
  var links: [UInt32] = []
  var counts: [Int64] = [0]

  /// The nodes by hash, plus 1; 0 is free, and at least half of them are.
  var table = [UInt32](repeating: 0, count: 1 << 12)

  /// How many nodes the arrays above have room for.
  private var room = 0

  init(_ list: NGramList) { self.list = list }

  /// Inserts the n-grams of the list with their prefixes.
  mutating func insert() throws(DataError) {
    let order = list.order
    // The nodes of the last n-gram's prefixes, and their tokens.
    var path: [UInt32] = [0]
    var last: [Int] = []
    for ngram in 0..<list.count {
      var first = 0
      while first < order, list.token(first, of: ngram) == 0 { first += 1 }
      if first == order { continue }  // Empty items, which older tables may have counted.
      first = max(0, first - 1)
      let length = order - first
      var depth = 0
      while depth < min(length, last.count), list.token(first + depth, of: ngram) == last[depth] {
        depth += 1
      }
      path.removeSubrange((depth + 1)...)
      last.removeSubrange(depth...)
      while depth < length {
        let token = list.token(first + depth, of: ngram)
        path.append(try child(path[depth], UInt32(token)))
        last.append(token)
        depth += 1
      }
      counts[Int(path[length])] = list.counts[ngram]
    }
  }

  /// Links each node to the one without its first token, and adds those that are missing.
  mutating func link() throws(DataError) {
    links.append(0)
    var node = 1
    // Parents come before their children, so their links are known.
    while node < tokens.count {
      guard links.makeRoom(for: 1) else { throw outOfMemory }
      links.append(depths[node] == 1 ? 0 : try child(links[Int(parents[node])], tokens[node]))
      node += 1
    }
    table = []
  }

  private mutating func child(_ parent: UInt32, _ token: UInt32) throws(DataError) -> UInt32 {
    if tokens.count * 2 > table.count { try grow() }
    let slot = slot(parent, token)
    if table[slot] != 0 { return table[slot] - 1 }
    if tokens.count == room { try makeRoom() }
    let node = UInt32(tokens.count)
    table[slot] = node + 1
    parents.append(parent)
    tokens.append(token)
    depths.append(depths[Int(parent)] + 1)
    counts.append(0)
    return node
  }

  /// The slot of a node, or the free one where it belongs.
  private func slot(_ parent: UInt32, _ token: UInt32) -> Int {
    // The high bits of a product with an odd constant (2^64 over the golden ratio) are well mixed.
    let mixed = (UInt64(parent) << 32 | UInt64(token)) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & (table.count - 1)
    while table[slot] != 0 {
      let node = Int(table[slot]) - 1
      if parents[node] == parent, tokens[node] == token { break }
      slot = (slot + 1) & (table.count - 1)
    }
    return slot
  }

  private mutating func makeRoom() throws(DataError) {
    guard parents.makeRoom(for: 1), tokens.makeRoom(for: 1), depths.makeRoom(for: 1),
      counts.makeRoom(for: 1)
    else { throw outOfMemory }
    room = min(parents.capacity, tokens.capacity, depths.capacity, counts.capacity)
  }

  private mutating func grow() throws(DataError) {
    guard let larger = Memory.array(repeating: UInt32(0), count: 4 * table.count) else {
      throw outOfMemory
    }
    table = larger
    for node in 1..<tokens.count { table[slot(parents[node], tokens[node])] = UInt32(node) + 1 }
  }

  private var outOfMemory: DataError { NGramList.outOfMemory(list.count) }

  /// The nodes by length, parent and token.
  func sorted() throws(DataError) -> (
    levels: [Int], tokens: [UInt32], links: [UInt32], firstChildren: [UInt32], counts: [Int64]
  ) {
    // 28 bytes a node stay; nodes of one length, sorted with their keys, take up to 32.
    guard Memory.has(tokens.count * 60) else { throw outOfMemory }
    let order = list.order
    var byDepth = [[UInt32]](repeating: [], count: order + 1)
    for node in tokens.indices { byDepth[Int(depths[node])].append(UInt32(node)) }
    var levels = [0]
    var places = [UInt32](repeating: 0, count: tokens.count)
    var nodes: [UInt32] = []
    nodes.reserveCapacity(tokens.count)
    for level in byDepth {
      var keyed = level.map { node in
        (UInt64(places[Int(parents[Int(node)])]) << 32 | UInt64(tokens[Int(node)]), node)
      }
      // Those of full length come sorted from the list.
      if !zip(keyed, keyed.dropFirst()).allSatisfy({ $0.0 < $1.0 }) {
        keyed.sort { $0.0 < $1.0 }
      }
      for (_, node) in keyed {
        places[Int(node)] = UInt32(nodes.count)
        nodes.append(node)
      }
      levels.append(nodes.count)
    }
    var firstChildren = [UInt32](repeating: 0, count: levels[order] + 1)
    for node in nodes.dropFirst() { firstChildren[Int(places[Int(parents[Int(node)])]) + 1] += 1 }
    firstChildren[0] = 1
    for node in 1..<firstChildren.count { firstChildren[node] += firstChildren[node - 1] }
    return (
      levels, nodes.map { tokens[Int($0)] }, nodes.map { places[Int(links[Int($0)])] },
      firstChildren, nodes.map { counts[Int($0)] }
    )
  }
}
