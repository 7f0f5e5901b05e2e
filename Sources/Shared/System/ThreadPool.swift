/// Threads that share a piece of work, which is cut into smaller ones.
///
///     let pool = ThreadPool()
///     pool.run(blocks.count) { block in compute(blocks[block]) }
///
/// The caller works too. The others spin for a while between two pieces of work, because the next
/// one usually follows within microseconds, and then sleep. A piece may itself run work that has
/// pieces: they are done by its thread and by those that have nothing else to do. Which thread does
/// which piece is left to chance, so a piece must write only what no other piece reads or writes.
///
/// It is made for pieces of microseconds that follow each other at once. It is not a queue of tasks:
/// nothing can be submitted and awaited later.
public final class ThreadPool: @unchecked Sendable {
  // Proof of safety: `workers` alone is not known to be Sendable everywhere, and is only read.

  /// How many threads work, the caller included.
  let threads: Int

  private let shared: State
  private let workers: [pthread_t]

  /// Starts `threads - 1` threads.
  ///
  /// Where the system refuses a thread, the pool has fewer; results do not depend on it.
  ///
  /// - Precondition: `threads` is at least 1.
  init(threads: Int = Machine.count) {
    precondition(threads >= 1, "a pool has at least one thread")
    self.threads = threads
    // Spinning takes the core away from the thread that is waited for when there are too few.
    shared = State(threads: threads, spins: threads <= Machine.count ? 20_000 : 50)
    var workers: [pthread_t] = []
    let stack = Self.stackSize
    for _ in 1..<threads {
      // A stack is memory too: where it is short, what is computed needs it more.
      guard Memory.has(stack) else { break }
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
    self.workers = workers
  }

  /// The size of a new thread's stack, in bytes.
  private static var stackSize: Int {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    var size = 0
    pthread_attr_getstacksize(&attributes, &size)
    return size
  }

  deinit {
    shared.stop()
    for worker in workers { pthread_join(worker, nil) }
  }

  /// Calls `body` once for each piece in `0..<count`, on all threads, and returns when all are done.
  ///
  /// The caller takes pieces from the first one up, the others from the last one down. So a thread
  /// that runs the same pieces again and again gets mostly those it had before, which its caches may
  /// still hold. The calls run at the same time: each must write only what no other one reads or
  /// writes. The compiler asks for a proof where it cannot see that.
  ///
  /// - Precondition: `count` is below 2^31.
  func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    precondition(count >= 0 && count < 1 << 31, "a pool runs less than 2^31 pieces at once")
    if workers.isEmpty || count <= 1 {
      for piece in 0..<count { body(piece) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { shared.run(count, $0) }
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
