// The folders of Shared that are modules of their own, so that the compiler keeps them apart. All of
// Shared sees them, and so does a program that imports Shared.

@_exported import Libc
@_exported import Random
