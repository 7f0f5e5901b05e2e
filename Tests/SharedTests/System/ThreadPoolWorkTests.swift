import Synchronization
import Testing

@testable import Shared

/// All interleavings of the steps of a caller and its helpers, on the place for work itself.
///
/// The caller runs several works one after the other in one place; helpers come and go. A state is
/// the four words of the place and how far each thread is; from each state that is met, each thread
/// makes one step, with the code of `ThreadPool.Work`. So every order of steps is tried, with the
/// helper that reads a ticket, falls asleep and wakes in a later work among them. Each step is one
/// operation on memory that all see in one order; that the orderings asked for suffice for this is
/// argued where they stand.
@Suite struct ThreadPoolWorkTests {
  @Test(arguments: [[1], [2], [3], [1, 1], [1, 2], [2, 2], [2, 1, 2], [3, 3], [1, 1, 1, 1]])
  func aLateThreadIsHarmless(_ works: [Int]) {
    var lateTakes = 0
    for helpers in 1...(works.reduce(0, +) > 3 ? 1 : 2) {
      var search = Search(works, helpers: helpers)
      search.run()
      #expect(search.violations == [])
      #expect(search.finished > 0)
      lateTakes += search.lateTakes
    }
    // The case that the argument is about does occur.
    #expect((lateTakes > 0) == (works.count > 1))
  }

  /// The search sees what goes wrong: a helper that reads the body first gets an earlier one.
  @Test func aBodyThatIsReadTooEarlyIsSeen() {
    var search = Search([2, 2], helpers: 1, readsBodyFirst: true)
    search.run()
    #expect(search.violations.contains("piece of work 1 with the body of work 0"))
  }

  /// The search sees what goes wrong: a caller that does not wait for the pieces that were taken.
  @Test func aCallerThatDoesNotWaitIsSeen() {
    var search = Search([2, 2], helpers: 1, waits: false)
    search.run()
    #expect(search.violations.contains("work 0 returned with pieces to be done"))
  }
}

/// What the place holds and how far everybody is.
private struct Snapshot: Hashable {
  /// The words of the place.
  var isClaimed = false
  var ticket: UInt64 = 0
  var body: UInt = 0
  var done = 0

  var caller = Caller()
  var helpers: [Helper]

  /// How often each piece of each work was done.
  var counts: [[Int]]

  /// A thread that does a piece: what it saw, took and found.
  struct Piece: Hashable {
    enum Stage { case looks, readsFirst, takes, reads, calls, finishes }
    var stage = Stage.looks
    var seen: UInt64 = 0
    /// The work that stood there when the ticket was read, or failed to be exchanged.
    var seenDuring = 0
    var piece = 0
    var body: UInt = 0
  }

  struct Caller: Hashable {
    enum Stage { case claims, prepares, opens, takes, waits, ends, isBack }
    var stage = Stage.claims
    var work = 0
    var piece = Piece()
  }

  /// Looks for pieces for ever; one that has found none is where it was, so the states are few.
  struct Helper: Hashable {
    var piece = Piece()
  }
}

private struct Search {
  let works: [Int]
  var readsBodyFirst = false
  var waits = true
  let start: Snapshot

  private(set) var violations: Set<String> = []
  private(set) var lateTakes = 0
  private(set) var finished = 0

  init(_ works: [Int], helpers: Int, readsBodyFirst: Bool = false, waits: Bool = true) {
    self.works = works
    self.readsBodyFirst = readsBodyFirst
    self.waits = waits
    start = Snapshot(
      helpers: .init(repeating: .init(), count: helpers),
      counts: works.map { .init(repeating: 0, count: $0) })
  }

  /// Goes through all states that can be reached.
  mutating func run() {
    var seen: Set = [start]
    var open = [start]
    while let state = open.popLast() {
      if state.caller.stage == .isBack { finished += 1 }
      for thread in -1..<state.helpers.count {
        var next = state
        step(thread, &next)
        if seen.insert(next).inserted { open.append(next) }
      }
    }
  }

  /// Makes one step of a thread, the caller being -1.
  private mutating func step(_ thread: Int, _ state: inout Snapshot) {
    let place = ThreadPool.Work()
    place.isClaimed.store(state.isClaimed, ordering: .relaxed)
    place.ticket.store(state.ticket, ordering: .relaxed)
    place.body.store(state.body, ordering: .relaxed)
    place.done.store(state.done, ordering: .relaxed)
    if thread < 0 {
      stepCaller(place, &state)
    } else {
      var piece = state.helpers[thread].piece
      _ = stepPiece(place, &piece, &state, fromBack: true)
      state.helpers[thread].piece = piece
    }
    state.isClaimed = place.isClaimed.load(ordering: .relaxed)
    state.ticket = place.ticket.load(ordering: .relaxed)
    state.body = place.body.load(ordering: .relaxed)
    state.done = place.done.load(ordering: .relaxed)
  }

  private mutating func stepCaller(_ place: borrowing ThreadPool.Work, _ state: inout Snapshot) {
    let work = state.caller.work
    switch state.caller.stage {
    case .claims:
      if place.claim() { state.caller.stage = .prepares } else { violations.insert("no place") }
    case .prepares:
      // The address of a body is only compared here: one for each work.
      place.prepare(UnsafePointer(bitPattern: (work + 1) * 64))
      state.caller.stage = .opens
    case .opens:
      place.open(works[work])
      state.caller.stage = .takes
    case .takes:
      var piece = state.caller.piece
      let isLeft = stepPiece(place, &piece, &state, fromBack: false)
      state.caller.piece = isLeft ? piece : .init()
      if !isLeft { state.caller.stage = waits ? .waits : .ends }
    case .waits:
      if place.isDone(works[work]) { state.caller.stage = .ends }
    case .ends:
      place.end()
      if state.counts[work] != .init(repeating: 1, count: works[work]) {
        violations.insert("work \(work) returned with pieces to be done")
      }
      state.caller.work += 1
      state.caller.stage = state.caller.work < works.count ? .claims : .isBack
    case .isBack: break
    }
  }

  /// Makes one step of `ThreadPool.Work.doPiece`.
  ///
  /// - Returns: Whether there may be pieces left.
  private mutating func stepPiece(
    _ place: borrowing ThreadPool.Work, _ piece: inout Snapshot.Piece, _ state: inout Snapshot,
    fromBack: Bool
  ) -> Bool {
    let work = state.caller.work
    switch piece.stage {
    case .looks:
      let ticket = place.look()
      if ticket.isEmpty { return false }
      (piece.seen, piece.seenDuring) = (ticket.bits, work)
      piece.stage = readsBodyFirst && fromBack ? .readsFirst : .takes
    case .readsFirst:
      piece.body = UInt(bitPattern: place.takenBody)
      piece.stage = .takes
    case .takes:
      var seen = ThreadPool.Work.Ticket(bits: piece.seen)
      guard let index = place.take(&seen, fromBack: fromBack) else {
        if seen.isEmpty {
          piece = .init()
          return false
        }
        (piece.seen, piece.seenDuring) = (seen.bits, work)
        return true
      }
      if piece.seenDuring != work { lateTakes += 1 }
      piece.piece = index
      piece.stage = readsBodyFirst && fromBack ? .calls : .reads
    case .reads:
      piece.body = UInt(bitPattern: place.takenBody)
      piece.stage = .calls
    case .calls:
      let owner = Int(piece.body / 64) - 1
      if owner != work || state.caller.stage != .takes && state.caller.stage != .waits {
        violations.insert("piece of work \(work) with the body of work \(owner)")
      } else if state.counts[owner][piece.piece] > 0 {
        violations.insert("piece \(piece.piece) of work \(owner) is done again")
      } else {
        state.counts[owner][piece.piece] += 1
      }
      piece.stage = .finishes
    case .finishes:
      place.finishPiece()
      piece = .init()
    }
    return true
  }
}
