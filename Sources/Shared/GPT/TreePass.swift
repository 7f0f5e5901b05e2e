// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// One pass over one tree: the network as a list of operations, each for some of the rows.
///
/// Forward, with a row for each of n nodes:
///
///     x = wte[token] + wpe[position]               (n, C)     Embedding
///     in each layer:
///       ln1 = norm(x)                              (n, C)     LayerNorm
///       qkv = ln1 Wqkv + bqkv                      (n, 3C)    MatrixProduct
///       --- every row of qkv is there
///       attended = attention(qkv)                  (n, C)     Attention
///       mid = x + attended Wproj + bproj           (n, C)     MatrixProduct
///       ln2 = norm(mid)                            (n, C)     LayerNorm
///       inner = ln2 Wfc + bfc                      (n, 4C)    MatrixProduct
///       hidden = gelu(inner)                       (n, 4C)    GELU
///       x = mid + hidden Wout + bout               (n, C)     MatrixProduct
///     lnf = norm(x)                                (n, C)     LayerNorm
///     logits = lnf head^T                          (n, V)     MatrixProduct
///     nll = cross entropy of logits, targets       (targets)  CrossEntropy
///
/// Backward, the same list upwards. Beside each operation are the gradients of its parameters, which
/// are sums over all rows and `GradientJob`s of their own:
///
///     dLogits = counts of targets * (softmax - 1)  (n, V)
///     dLnf = dLogits head                          (n, C)     dHead = dLogits^T lnf
///     dX = norm'(dLnf)                             (n, C)     of the last layer norm
///     in each layer, from the last one:
///       dHidden = dX Wout^T                        (n, 4C)    dWout = hidden^T dX
///       dInner = gelu'(inner) * dHidden            (n, 4C)
///       dLn2 = dInner Wfc^T                        (n, C)     dWfc = ln2^T dInner
///       dMid = dX + norm'(dLn2)                    (n, C)     of the second layer norm
///       dAttended = dMid Wproj^T                   (n, C)     dWproj = attended^T dMid
///       dScores, dQ = attention'(dAttended)        (n, 3C)
///       --- every row of dScores and dAttended is there
///       dK, dV = sums over descendants             (n, 3C)
///       dLn1 = dQKV Wqkv^T                         (n, C)     dWqkv = ln1^T dQKV
///       dX = dMid + norm'(dLn1)                    (n, C)     of the first layer norm
///     dX is that of the embeddings                            dWte, dWpe = sums of rows of dX
///
/// Training may leave out values of `attended` and `hidden`, where the same values of `dAttended` and
/// `dInner` are left out, and mix a teacher's distributions into the targets; see `Training`.
///
/// Every operation but attention works on each row by itself, so a thread takes a block of rows
/// through all operations between two lines while it is in the nearest cache. The threads meet only
/// at the lines. `TreePass+Forward` and `TreePass+Backward` are these lists.
struct TreePass {
  /// What a pass leaves.
  enum Result {
    /// The logits of every node.
    case logits
    /// The loss of every target.
    case losses
    /// That, and the gradient of every activation.
    case gradients
  }

  let config: GPTConfig
  let result: Result
  let tree: PrefixTree.Nodes
  let places: TensorPointers
  let packed: PackedWeights
  let layers: [GPTActivations.Layer]
  let top: GPTActivations.Top
  let attention: Attention
  /// 1 / the number of scored tokens.
  let lossScale: Float
  let training: Training

  init(
    _ result: Result, config: GPTConfig, tree: PrefixTree.Nodes, tokens: Int,
    places: TensorPointers, packed: PackedWeights, activations: GPTActivations,
    training: Training = Training()
  ) {
    self.training = training
    self.result = result
    self.config = config
    self.tree = tree
    self.places = places
    self.packed = packed
    layers = activations.layers
    top = activations.top
    attention = Attention(
      NH: config.nHead, C: config.nEmbd, tree: tree.paths, longest: activations.size.longest)
    lossScale = 1 / Float(tokens)
  }

  /// The weights of a layer that are packed, in the order of `PackedWeights.weights`.
  enum Projection: Int {
    case qkv, proj, fc, out
  }

  /// The rows of a layer.
  @inline(__always)
  func rows(of layer: Int) -> GPTActivations.Layer {
    layers[layers.count == config.nLayer ? layer : layer & 1]
  }

  /// The residual stream after a layer.
  @inline(__always)
  func xAfter(_ layer: Int) -> Matrix {
    layer + 1 < config.nLayer ? rows(of: layer + 1).x : top.x
  }

  /// The gradient of the residual stream after a layer.
  @inline(__always)
  func dXAfter(_ layer: Int) -> Matrix {
    layer + 1 < config.nLayer ? rows(of: layer + 1).dX : top.dX
  }

  @inline(__always)
  func weight(_ layer: Int, _ projection: Projection) -> PackedWeights.Weight {
    packed.weights[layer * 4 + projection.rawValue]
  }

  var head: PackedWeights.Weight { packed.weights[config.nLayer * 4] }
}
