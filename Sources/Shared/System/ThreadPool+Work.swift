import Synchronization

extension ThreadPool {
  /// A piece of work that is under way, or a place for one.
  ///
  /// A thread that comes late is harmless, so nobody waits for it. It may have read the ticket of an
  /// earlier work here and exchange it while a later one stands here. Then the ticket is the same, so
  /// it takes a piece of the later work, and it reads the body after that. `run` does not return, and
  /// no other work begins here, before every piece that was taken is done, so the body is the later
  /// work's. `ThreadPoolWorkTests` goes through all interleavings of these steps.
  struct Work: ~Copyable {
    /// Which pieces are left: those from `front` up to `end`.
    ///
    /// Whoever exchanges the ticket that stands here for one with a piece less has that piece.
    struct Ticket: Hashable {
      /// `front` in the lower half, `end` in the upper one.
      let bits: UInt64

      var front: UInt64 { bits & 0xFFFF_FFFF }
      var end: UInt64 { bits >> 32 }
      var isEmpty: Bool { front >= end }

      /// What is left after a piece is taken, the first of them or the last.
      func taking(fromBack: Bool) -> (rest: Ticket, piece: Int) {
        fromBack
          ? (Ticket(bits: bits - 1 << 32), Int(end - 1)) : (Ticket(bits: bits + 1), Int(front))
      }
    }

    /// What is done with each piece.
    typealias Body = @Sendable (Int) -> Void

    let isClaimed = Atomic<Bool>(false)
    let ticket = Atomic<UInt64>(0)
    let body = Atomic<UInt>(0)
    let done = Atomic<Int>(0)

    /// Keeps the next place out of the cache lines of this one.
    private let padding = SIMD16<UInt64>()

    /// Takes the place for new work, unless there is work already.
    func claim() -> Bool {
      !isClaimed.exchange(true, ordering: .acquiring)
    }

    /// Prepares new work, which no thread sees before `open`.
    func prepare(_ body: UnsafePointer<Body>?) {
      done.store(0, ordering: .relaxed)
      self.body.store(UInt(bitPattern: body), ordering: .relaxed)
    }

    /// Shows the pieces of the work to all threads.
    func open(_ count: Int) {
      ticket.store(UInt64(count) << 32, ordering: .sequentiallyConsistent)
    }

    /// Whether there is a piece to be taken.
    var hasPieces: Bool {
      !Ticket(bits: ticket.load(ordering: .sequentiallyConsistent)).isEmpty
    }

    /// Does one piece, if there is one left: the first of them or the last.
    func doPiece(fromBack: Bool) -> Bool {
      var seen = look()
      while !seen.isEmpty {
        guard let piece = take(&seen, fromBack: fromBack) else { continue }
        takenBody?.pointee(piece)
        finishPiece()
        return true
      }
      return false
    }

    /// The ticket as it stands here.
    func look() -> Ticket { Ticket(bits: ticket.load(ordering: .acquiring)) }

    /// Takes a piece, unless the ticket is no longer the one that was seen.
    ///
    /// - Parameter seen: The ticket that stood here, before and after the call.
    func take(_ seen: inout Ticket, fromBack: Bool) -> Int? {
      let (rest, piece) = seen.taking(fromBack: fromBack)
      let (exchanged, now) = ticket.compareExchange(
        expected: seen.bits, desired: rest.bits, ordering: .acquiringAndReleasing)
      seen = Ticket(bits: now)
      return exchanged ? piece : nil
    }

    /// What is done with a piece, for a thread that has taken one and not finished it.
    var takenBody: UnsafePointer<Body>? {
      UnsafePointer(bitPattern: body.load(ordering: .relaxed))
    }

    /// Says that a piece is done.
    func finishPiece() { done.add(1, ordering: .releasing) }

    /// Whether all of `count` pieces are done.
    func isDone(_ count: Int) -> Bool { done.load(ordering: .acquiring) == count }

    /// Leaves the place to other work.
    func end() { isClaimed.store(false, ordering: .releasing) }
  }
}
