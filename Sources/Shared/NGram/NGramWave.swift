/// Items that are drawn together from a Markov chain: a node is a context.
struct NGramWave<Model: MarkovModel>: ItemWave {
  private let model: Model

  /// The context of each item.
  private var contexts: [Model.Context] = []

  /// The distinct contexts, which are the nodes, and the node of each item.
  private var distinct: [Model.Context] = []
  private var nodes: [Int] = []

  init(_ model: Model) { self.model = model }

  var maximumCount: Int { .max }

  mutating func begin(_ count: Int, prompt: [Int32]) {
    let context = prompt.reduce(model.start) { model.context(after: $0, Int($1)) }
    contexts = Array(repeating: context, count: count)
    nodes = Array(repeating: 0, count: count)
    distinct = [context]
  }

  mutating func read(_ readings: [Reading]) {
    var nodeOfContext: [Model.Context: Int] = [:]
    distinct.removeAll(keepingCapacity: true)
    for reading in readings {
      let context = model.context(after: contexts[reading.item], Int(reading.token))
      contexts[reading.item] = context
      if let node = nodeOfContext[context] {
        nodes[reading.item] = node
      } else {
        nodes[reading.item] = distinct.count
        nodeOfContext[context] = distinct.count
        distinct.append(context)
      }
    }
  }

  func node(ofItem item: Int) -> Int { nodes[item] }

  func logits(ofNode node: Int) -> [Double] { model.nll(after: distinct[node]).map { -$0 } }

  func probs(ofNode node: Int) -> [Double] { model.nll(after: distinct[node]).map { exp(-$0) } }

  func failure(after tokens: [Int32]) -> DataError {
    model.uncounted(after: tokens.map(Int.init))
  }
}
