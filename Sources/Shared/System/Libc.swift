// The C library, under whatever name the platform has it: every file of Shared, and every importer
// of Shared, sees it through here.

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#else
  @_exported import Darwin
#endif
