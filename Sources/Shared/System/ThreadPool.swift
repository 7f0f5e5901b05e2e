import Synchronization

/// Threads that share the pieces of a piece of work.
///
/// The caller works too; the others spin for a while between two pieces of work, because the next
/// usually follows within microseconds, and then sleep. A piece may be work with pieces of its own:
/// they are done by its thread, and by those that have nothing else to do. Which thread does which
/// piece is left to chance, so a piece must write what no other piece writes, and read what none
/// writes.
public final class ThreadPool {
  /// How many threads work, the caller included.
  public let threads: Int

  private let shared: State
  private var workers: [pthread_t] = []

  /// Starts `threads - 1` threads.
  ///
  /// Where the system refuses a thread, the pool has fewer; results do not depend on it.
  ///
  /// - Precondition: `threads` is at least 1.
  public init(threads: Int = Machine.count) {
    precondition(threads >= 1, "a pool has at least one thread")
    self.threads = threads
    // Spinning takes the core away from the thread that is waited for when there are too few.
    shared = State(threads: threads, spins: threads <= Machine.count ? 20_000 : 50)
    for _ in 1..<threads {
      let argument = Unmanaged.passRetained(shared)
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let status = pthread_create(&thread, nil, workerMain, argument.toOpaque())
      guard status == 0 else {
        argument.release()
        break
      }
      #if canImport(Darwin)
        if let thread { workers.append(thread) }
      #else
        workers.append(thread)
      #endif
    }
  }

  deinit {
    shared.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// Calls `body` once for each piece in `0..<count`, on all threads, and returns when all are done.
  ///
  /// The caller goes from the first piece up, the others from the last one down. So work after work
  /// of the same pieces leaves a thread most of those that it had before, which its caches may
  /// still hold. The calls run at the same time: each must write only what no other one reads or
  /// writes.
  ///
  /// - Precondition: `count` is below 2^31.
  public func run(_ count: Int, _ body: (Int) -> Void) {
    precondition(count >= 0 && count < 1 << 31, "a pool runs less than 2^31 pieces at once")
    if workers.isEmpty || count <= 1 {
      for piece in 0..<count { body(piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { shared.run(count, $0) }
    }
  }

  /// A piece of work that is under way, or a place for one.
  ///
  /// `ticket` says in its lower half how many pieces were taken from the front, in its upper half
  /// where those begin that were taken from the back. Whoever raises the lower half from p to p + 1,
  /// or lowers the upper half from p + 1 to p, has taken piece p of the work that stands there at
  /// that moment; a thread that comes late finds nothing to take, so nobody waits for it.
  private struct Work: ~Copyable {
    private let isClaimed = Atomic<Bool>(false)
    private let ticket = Atomic<UInt64>(0)
    private let body = Atomic<UInt>(0)
    private let done = Atomic<Int>(0)

    /// Keeps the next place out of the cache lines of this one.
    private let padding = SIMD16<UInt64>()

    /// Takes the place for new work, unless there is work already.
    func claim() -> Bool {
      !isClaimed.exchange(true, ordering: .acquiring)
    }

    /// Shows new work to all threads.
    func begin(_ count: Int, _ body: UnsafePointer<(Int) -> Void>) {
      done.store(0, ordering: .relaxed)
      self.body.store(UInt(bitPattern: body), ordering: .relaxed)
      ticket.store(UInt64(count) << 32, ordering: .sequentiallyConsistent)
    }

    var hasPieces: Bool {
      let ticket = ticket.load(ordering: .sequentiallyConsistent)
      return ticket & 0xFFFF_FFFF < ticket >> 32
    }

    /// Does one piece, if there is one left: the first of them or the last.
    ///
    /// The body is read after a piece was taken: `run` does not return, and no other work begins
    /// here, before every piece that was taken is done.
    func takePiece(fromBack: Bool) -> Bool {
      var seen = ticket.load(ordering: .acquiring)
      while seen & 0xFFFF_FFFF < seen >> 32 {
        let (exchanged, now) = ticket.compareExchange(
          expected: seen, desired: fromBack ? seen - (1 << 32) : seen + 1,
          ordering: .acquiringAndReleasing)
        seen = now
        guard exchanged else { continue }
        let piece = fromBack ? (now >> 32) - 1 : now & 0xFFFF_FFFF
        let address = body.load(ordering: .relaxed)
        UnsafePointer<(Int) -> Void>(bitPattern: address)?.pointee(Int(piece))
        done.add(1, ordering: .releasing)
        return true
      }
      return false
    }

    /// Whether all of so many pieces are done.
    func isDone(_ count: Int) -> Bool { done.load(ordering: .acquiring) == count }

    /// Leaves the place to other work.
    func end() { isClaimed.store(false, ordering: .releasing) }
  }

  /// What the threads have in common.
  fileprivate final class State: Sendable {
    private let places: Int
    private let sleepers = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    private let spins: Int

    // Proof of safety: initialized before and destroyed after any other thread can see them;
    // between, the threads share them through atomics and the thread library alone.

    /// Places for work, the outer before the inner: whoever waits helps with what began later, never
    /// with the pieces of an outer work, which are long.
    private nonisolated(unsafe) let works: UnsafeMutablePointer<Work>
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let condition: UnsafeMutablePointer<pthread_cond_t>

    init(threads: Int, spins: Int) {
      // One for the caller's work, and one for each thread that is in a piece of it.
      places = threads + 1
      works = .allocate(capacity: places)
      for index in 0..<places { (works + index).initialize(to: Work()) }
      self.spins = spins
      mutex = .allocate(capacity: 1)
      condition = .allocate(capacity: 1)
      mutex.initialize(to: pthread_mutex_t())
      condition.initialize(to: pthread_cond_t())
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(condition, nil)
    }

    deinit {
      pthread_cond_destroy(condition)
      pthread_mutex_destroy(mutex)
      condition.deallocate()
      mutex.deallocate()
      works.deinitialize(count: places)
      works.deallocate()
    }

    func run(_ count: Int, _ body: UnsafePointer<(Int) -> Void>) {
      guard let index = (0..<places).first(where: { works[$0].claim() }) else {
        // Work in pieces of pieces of pieces: nobody would be free to help.
        for piece in 0..<count { body.pointee(piece) }
        return
      }
      works[index].begin(count, body)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
      while works[index].takePiece(fromBack: false) {}
      // The last pieces are under way on other threads.
      var spins = self.spins
      while !works[index].isDone(count) {
        if takePiece(from: index + 1) {
          spins = self.spins
        } else {
          spins -= 1
          if spins < 0 { sched_yield() }
        }
      }
      works[index].end()
    }

    /// Does one piece of any work from a place on, if there is one left.
    private func takePiece(from first: Int) -> Bool {
      for index in first..<places where works[index].takePiece(fromBack: true) {
        return true
      }
      return false
    }

    /// What a worker does until the pool is no longer needed.
    func work() {
      var idle = 0
      while !stopped.load(ordering: .acquiring) {
        if takePiece(from: 0) {
          idle = 0
        } else if idle < spins {
          idle += 1
        } else {
          sleep()
          idle = 0
        }
      }
    }

    private var hasPieces: Bool { (0..<places).contains { works[$0].hasPieces } }

    /// Sleeps until there is work.
    ///
    /// The caller of `run` shows its work before it looks for sleepers, a sleeper shows itself
    /// before it looks for work: one of the two sees the other.
    private func sleep() {
      pthread_mutex_lock(mutex)
      sleepers.add(1, ordering: .sequentiallyConsistent)
      while !hasPieces && !stopped.load(ordering: .sequentiallyConsistent) {
        pthread_cond_wait(condition, mutex)
      }
      sleepers.subtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
    }

    private func wake() {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }

    func stop() {
      stopped.store(true, ordering: .sequentiallyConsistent)
      wake()
    }
  }
}

#if canImport(Darwin)
  private func workerMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<ThreadPool.State>.fromOpaque(argument).takeRetainedValue().work()
    return nil
  }
#else
  private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<ThreadPool.State>.fromOpaque(argument).takeRetainedValue().work()
    return nil
  }
#endif
