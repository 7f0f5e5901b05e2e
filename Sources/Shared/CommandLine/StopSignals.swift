import Synchronization

/// INT and TERM, as a request that the tool looks at when it can stop.
enum StopSignals {
  private static let received = Atomic<Int32>(0)

  /// Takes the signals from now on; one that was ignored at the start stays ignored.
  static func catchThem() {
    // Touched here: what a handler touches first must not have to be set up.
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      let before = signal(number) { number in
        StopSignals.received.store(number, ordering: .relaxed)
      }
      if address(of: before) == address(of: SIG_IGN) { signal(number, SIG_IGN) }
    }
  }

  /// A number by which handlers are compared; the constants among them are not functions.
  private static func address(of handler: (@convention(c) (Int32) -> Void)?) -> Int {
    unsafeBitCast(handler, to: Int.self)
  }

  /// Restores the defaults of the signals: the tool no longer looks.
  static func release() {
    for number in [SIGINT, SIGTERM] {
      let before = signal(number, SIG_DFL)
      if address(of: before) == address(of: SIG_IGN) { signal(number, SIG_IGN) }
    }
  }

  /// Whether one has come.
  static var isStopWanted: Bool { received.load(ordering: .relaxed) != 0 }

  /// Ends the process by the signal that has come, as if it had not been caught.
  static func endBySignal() {
    let number = received.load(ordering: .relaxed)
    if number == 0 { return }
    signal(number, SIG_DFL)
    raise(number)
  }
}
