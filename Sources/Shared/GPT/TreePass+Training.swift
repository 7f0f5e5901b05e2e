extension TreePass {
  /// What a step of training adds to a pass: values that are left out, and targets that are soft.
  ///
  /// Both follow from the prefix of a node, so a prefix that items share is still computed once, and
  /// neither trees nor threads change a result.
  struct Training {
    private var dropout: (p: Double, hashes: UnsafePointer<UInt64>, name: UInt64)?
    private var soft: (rows: SoftTargetRows, states: UnsafePointer<Int32>, share: Float)?

    /// Adds nothing.
    init() {}

    /// Prepares the tree of a workspace.
    ///
    /// - Precondition: There is a teacher, if targets are to be soft.
    init(_ context: StepContext, _ teacher: SoftTargetRows?, _ workspace: GPTWorkspace) {
      let regularization = context.regularization
      if regularization.dropout > 0 {
        let name = Dropout.mix(Dropout.mix(context.seed) ^ UInt64(context.step))
        dropout = (regularization.dropout, workspace.hashPrefixes(), name)
      }
      if regularization.softTargets > 0 {
        guard let teacher else { preconditionFailure("soft targets have a teacher") }
        soft = (teacher, workspace.follow(teacher.teacher), Float(regularization.softTargets))
      }
    }

    /// A place where a layer leaves out values.
    enum Place: UInt64 {
      /// What the heads attended to, before its projection.
      case attended
      /// The hidden units of the MLP.
      case hidden
    }

    /// The mask of a place, or nil where nothing is left out.
    func dropout(_ layer: Int, _ place: Place) -> Dropout? {
      dropout.map {
        Dropout(
          $0.p, keys: $0.hashes, name: Dropout.mix($0.name ^ (UInt64(layer) << 1 | place.rawValue)))
      }
    }

    /// Calls `body` with the teacher's probabilities after a node and their share in its targets.
    ///
    /// - Parameter isScored: Whether the node has targets; where it has none, neither counts.
    @inline(__always)
    func withSoftTargets(
      of node: Int, isScored: Bool, _ body: (UnsafePointer<Float>?, Float) -> Void
    ) {
      guard isScored, let soft else { return body(nil, 0) }
      soft.rows.withRow(of: soft.states[node]) { body($0, soft.share) }
    }
  }
}
