/// What the machine offers to this process.
enum Machine {
  /// The number of cores that this process may use, as `nproc` counts them.
  static var count: Int {
    #if os(Linux)
      var set = cpu_set_t()
      let size = MemoryLayout<cpu_set_t>.size
      if sched_getaffinity(0, size, &set) == 0 {
        let bits = withUnsafeBytes(of: set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
        if bits > 0 { return bits }
      }
    #endif
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// The machine's main memory, in bytes; `Int.max` where the system does not report it.
  static var memory: Int {
    let pages = Int(sysconf(Int32(_SC_PHYS_PAGES)))
    let size = Int(sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? pages * size : Int.max
  }

  /// Seconds of a clock that only goes forward.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
