#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that live for one piece of work.
public enum Threads {
  /// Calls a function once for each index, each call on a thread of its own, and waits for all.
  ///
  /// Index 0 runs on the calling thread; where the system gives no more threads, so do others.
  public static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      var refused: [Int] = []
      for index in 1..<max(count, 1) {
        if let thread = start({ body(index) }) {
          threads.append(thread)
        } else {
          refused.append(index)
        }
      }
      if count > 0 { body(0) }
      refused.forEach(body)
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        #else
          if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
        #endif
        return nil
      }, work.toOpaque())
    if status == 0 { return thread }
    work.release()
    return nil
  }
}
