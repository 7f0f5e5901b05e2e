import Synchronization

extension ThreadPool {
  /// What the threads have in common: the work that is under way, and who sleeps.
  final class State: Sendable {
    private let places: Int
    private let sleepers = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    private let spins: Int

    // Proof of safety: initialized before and destroyed after any other thread can see them;
    // between, the threads share them through atomics and the thread library alone.

    /// Places for work, the outer before the inner: a thread that waits helps with what began
    /// later, never with the pieces of an outer work, which are long.
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

    /// Does all pieces of new work, with the help of the threads that are free.
    func run(_ count: Int, _ body: UnsafePointer<Work.Body>) {
      guard let index = (0..<places).first(where: { works[$0].claim() }) else {
        // Work in pieces of pieces of pieces: nobody would be free to help.
        for piece in 0..<count { body.pointee(piece) }
        return
      }
      works[index].prepare(body)
      works[index].open(count)
      if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wake() }
      while works[index].doPiece(fromBack: false) {}
      // The last pieces are under way on other threads.
      var spins = self.spins
      while !works[index].isDone(count) {
        if doPiece(from: index + 1) {
          spins = self.spins
        } else {
          spins -= 1
          if spins < 0 { sched_yield() }
        }
      }
      works[index].end()
    }

    /// Does one piece of any work from a place on, if there is one left.
    private func doPiece(from first: Int) -> Bool {
      for index in first..<places where works[index].doPiece(fromBack: true) {
        return true
      }
      return false
    }

    /// What a worker does until the pool is no longer needed.
    func work() {
      var idle = 0
      while !stopped.load(ordering: .acquiring) {
        if doPiece(from: 0) {
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

    /// Ends the threads, once each has done the piece that it is in.
    func stop() {
      stopped.store(true, ordering: .sequentiallyConsistent)
      wake()
    }
  }
}
